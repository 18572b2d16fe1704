/** The camera's frames, all of one length, each with its number and when it was sent. */

/** Bytes of a frame with all that belongs to it: a small camera's. */
export const FRAME = 8192
/** Milliseconds between two frames: ten a second. */
export const INTERVAL = 100

const HEAD = `--frame\r\nContent-Type: image/jpeg\r\nContent-Length: `
const stamp = (number: number, sent: number): string =>
  `${String(number).padStart(10, '0')} ${sent.toFixed(3).padStart(16, '0')}`
const head = (length: number, number: number, sent: number): string =>
  `${HEAD}${String(length).padStart(6, '0')}\r\nX-Frame: ${stamp(number, sent)}\r\n\r\n`

const HEAD_LENGTH = head(0, 0, 0).length
const PAYLOAD = Buffer.alloc(FRAME - HEAD_LENGTH - 2, 0x2a)

/** Milliseconds on a clock that all processes of a machine share. */
export const now = (): number => Number(process.hrtime.bigint()) / 1e6

/** @param sent milliseconds of `now()` */
export function makeFrame(number: number, sent: number): Buffer {
  return Buffer.concat([
    Buffer.from(head(PAYLOAD.length, number, sent), 'latin1'),
    PAYLOAD,
    Buffer.from('\r\n'),
  ])
}

/** Counts the frames of one stream as they come, in pieces of any size. */
export class FrameCounter {
  received = 0
  /** Numbers that never came. */
  lost = 0
  #head = ''
  #at = 0
  #last: number | undefined
  readonly #late: (milliseconds: number) => void

  /** @param late is told of each frame how long it was under way */
  constructor(late: (milliseconds: number) => void) {
    this.#late = late
  }

  /** @throws Error for bytes that are not the camera's */
  take(bytes: Buffer, at: number): void {
    for (let from = 0; from < bytes.length; ) {
      const upTo = this.#at < HEAD_LENGTH ? HEAD_LENGTH : FRAME
      const part = Math.min(upTo - this.#at, bytes.length - from)
      if (this.#at < HEAD_LENGTH) this.#head += bytes.toString('latin1', from, from + part)
      this.#at += part
      from += part
      if (this.#at === FRAME) this.#whole(at)
    }
  }

  #whole(at: number): void {
    const found = /^--frame\r\n[\s\S]*X-Frame: (\d+) ([\d.]+)\r\n\r\n$/.exec(this.#head)
    if (found === null) throw new Error(`not a frame: ${JSON.stringify(this.#head)}`)
    const number = Number(found[1])
    this.received++
    if (this.#last !== undefined) this.lost += number - this.#last - 1
    this.#last = number
    this.#late(at - Number(found[2]))
    this.#head = ''
    this.#at = 0
  }
}
