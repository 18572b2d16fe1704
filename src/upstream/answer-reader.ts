/** The answers on one connection, read by llhttp: heads as flat lists of Latin-1 strings, names as written. */
import { UpstreamError } from './fault.ts'
import { find } from './hop.ts'
import { type Listener, ResponseParser } from './llhttp.ts'

/** Whom the answer is for. */
export interface Asker {
  readonly method: string
  /** A byte of an answer came. */
  onBegin(): void
  /** A head, 1xx but 100 among them; the list is the asker's. */
  onHead(status: number, reason: string, flat: string[]): void
  /** A piece of the body: `bytes` from `start` to `end`, which hold it only until this returns. */
  onBody(bytes: Buffer, start: number, end: number): void
  /** The answer is whole. `trailers` is flat. */
  onEnd(trailers: string[]): void
}

/** The head of an answer, in bytes; Node's own 16 KiB are too few for apps that set long policies and cookies. */
const MAX_HEAD = 64 * 1024
/** What a field weighs beside its name and value. */
const FIELD = 4

const NOTHING = Buffer.alloc(0)

export class AnswerReader implements Listener {
  readonly #parser = new ResponseParser()
  #bytes: Buffer = NOTHING
  #asker: Asker | undefined
  #flat: string[] = []
  #reason = ''
  /** Of the head, or of the trailers. */
  #size = 0
  #status = 0
  /** Whether the connection can be used again once this answer has ended. */
  reusable = false
  /** The last head was a 1xx: the upstream is at work. */
  informed = false
  /** How long the upstream keeps an idle connection, in ms, where its Keep-Alive says so. */
  kept: number | undefined

  /** Who gets what comes next; undefined refuses it. */
  set asker(asker: Asker | undefined) {
    this.#asker = asker
  }

  /**
   * Reads the first `length` of these bytes.
   * @throws UpstreamError for what is no HTTP/1.1, and whatever the asker throws
   */
  read(bytes: Buffer, length: number): void {
    this.#bytes = bytes
    const fault = this.#parser.execute(bytes, length, this)
    if (fault !== undefined) throw new UpstreamError('protocol', fault)
  }

  /** The connection has ended. @throws UpstreamError where an answer has begun that is not whole */
  finish(): void {
    if (this.#parser.finish(this) !== undefined) {
      throw new UpstreamError('cut', 'the connection ended before the answer did')
    }
  }

  /** Call once, when nothing more can come. */
  free(): void {
    this.#parser.free()
  }

  begins(): boolean {
    if (this.#asker === undefined) return false
    this.#flat = []
    this.#size = 0
    this.#reason = ''
    this.#asker.onBegin()
    return true
  }

  status(start: number, end: number): void {
    this.#reason += this.#text(start, end)
  }

  field(start: number, end: number): void {
    const text = this.#text(start, end)
    const last = this.#flat.length - 1
    // A name or value may come in pieces, where one read ends and the next begins.
    if (last % 2 === 0) this.#flat[last] += text
    else this.#flat.push(text)
    this.#size += FIELD
  }

  value(start: number, end: number): void {
    const text = this.#text(start, end)
    const last = this.#flat.length - 1
    if (last % 2 === 0) this.#flat.push(text)
    else this.#flat[last] += text
  }

  #text(start: number, end: number): string {
    this.#size += end - start
    if (this.#size > MAX_HEAD) throw new UpstreamError('protocol', 'the head of the answer is too long')
    return this.#bytes.toString('latin1', start, end)
  }

  /** What has come of the head, or of the trailers; the next begins empty. */
  #take(): string[] {
    const flat = this.#flat
    this.#flat = []
    for (let i = 1; i < flat.length; i += 2) flat[i] = trimmed(flat[i] ?? '')
    return flat
  }

  head(status: number, keepAlive: boolean): boolean {
    const flat = this.#take()
    this.#size = 0
    this.#status = status
    this.informed = status < 200
    // RFC 9110 section 15.2: a client must be able to take a 100 that it did not ask for.
    if (status === 100) return false
    if (status < 100) throw new UpstreamError('protocol', 'a status that is none')
    if (status === 101) throw new UpstreamError('protocol', 'a 101 that nobody asked for')
    if (status < 200) {
      this.#asker?.onHead(status, this.#reason, flat)
      return false
    }
    this.kept = secondsOf(find(flat, 'keep-alive'))
    const bare = status === 204 || status === 304
    this.reusable = keepAlive && !(bare && announcesBody(flat))
    this.#asker?.onHead(status, this.#reason, flat)
    return !bare && this.#asker?.method !== 'HEAD'
  }

  body(start: number, end: number): void {
    this.#asker?.onBody(this.#bytes, start, end)
  }

  ends(): void {
    // An interim answer ends with its head.
    if (this.#status < 200) return
    this.#asker?.onEnd(this.#take())
  }
}

/** RFC 9110 section 5.5: space behind a value is none of it, but llhttp leaves it there; HTTP/2 allows none. */
function trimmed(value: string): string {
  let end = value.length
  while (end > 0 && isSpace(value.charCodeAt(end - 1))) end--
  return end === value.length ? value : value.slice(0, end)
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09
}

/** A body that must not be there may come all the same, and would be taken for the next answer. */
function announcesBody(flat: readonly string[]): boolean {
  return (find(flat, 'content-length') ?? '0') !== '0' || find(flat, 'transfer-encoding') !== undefined
}

/** `timeout=5` of a Keep-Alive header, in ms. */
function secondsOf(keepAlive: string | undefined): number | undefined {
  const found = keepAlive === undefined ? null : /(?:^|[,;\s])timeout\s*=\s*([0-9]{1,6})/i.exec(keepAlive)
  return found === null ? undefined : Number(found[1]) * 1000
}
