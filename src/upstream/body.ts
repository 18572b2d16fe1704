import type { Request, Response } from './types.ts'

/** Whether the client sends a body: RFC 9112 section 6, or an HTTP/2 stream that goes on after its head. */
export function hasBody(req: Request): boolean {
  if ('stream' in req) return !req.stream.endAfterHeaders
  const length = req.headers['content-length']
  return (length !== undefined && length !== '0') || req.headers['transfer-encoding'] !== undefined
}

/** Whether a body that has ended is whole: Node ends that of a reset HTTP/2 stream as if it were. */
export function isWhole(req: Request): boolean {
  return 'stream' in req ? !req.stream.aborted : req.complete
}

/**
 * Whether the client has gone away. A request that was read to its end is destroyed too, and says nothing;
 * nor does one without a body, which node may end before it begins (`optimizeEmptyRequests`).
 */
export function hasLeft(req: Request, res: Response): boolean {
  if ('stream' in res) return res.stream.destroyed || res.stream.aborted
  return res.destroyed || req.socket.destroyed || (req.destroyed && !req.complete && !req.readableEnded)
}
