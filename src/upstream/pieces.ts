/**
 * Pieces of a body on their way to the client. What a connection reads is read over, so each piece is copied;
 * the copies' memory is used again once written. A new Buffer for each frame of each camera would be garbage
 * that V8 lets grow to 64 MB before it looks.
 */
import { ServerResponse } from '../lib/http.ts'
import type { Response } from './types.ts'

/** Below this Node cuts Buffers from a block of its own. */
const SMALLEST = 4 * 1024
/** Buffers of one size that wait to be used again. */
const MOST_FREE = 16
/** By the number of bits that the size has: 8, 16, 32 and 64 KiB. */
const free: Buffer[][] = []

/** Writes `bytes` from `start` to `end`; false asks to wait for `drain`. */
export function write(res: Response, bytes: Buffer, start: number, end: number): boolean {
  const length = end - start
  if (!(res instanceof ServerResponse)) return res.write(Buffer.from(bytes.subarray(start, end)))
  if (length < SMALLEST) return res.write(Buffer.from(bytes.subarray(start, end)))
  const bits = 32 - Math.clz32(length - 1)
  free[bits] ??= []
  const list = free[bits]
  const copy = list.pop() ?? Buffer.allocUnsafeSlow(1 << bits)
  bytes.copy(copy, 0, start, end)
  return res.write(copy.subarray(0, length), error => {
    // After a failure the kernel may not be done with it.
    if (!error && list.length < MOST_FREE) list.push(copy)
  })
}
