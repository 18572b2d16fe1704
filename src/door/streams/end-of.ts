/** Whether an answer says where it ends. Pure, and on the way of every request. */

/**
 * `stated`: it ends by itself. `open`: it may end. `never`: no camera, event stream or WebSocket does.
 */
export type End = 'stated' | 'open' | 'never'

const NEVER = /^\s*(?:multipart\/x-mixed-replace|text\/event-stream|video\/|audio\/)/i
/** Of these no length is believed: cameras state whatever keeps a picture's reader content. */
const WHATEVER_LENGTH = /^\s*(?:multipart\/x-mixed-replace|text\/event-stream)/i
/** A film may be as long as it says; from a gigabyte on, in digits, it is a stream that had to say something. */
const ENDLESS_DIGITS = 10

/** Reads it off a final head, or a 101. `headers`: names and values in turn. */
export function endOf(method: string, status: number, headers: readonly string[]): End {
  if (status === 101) return 'never'
  if (status < 200 || status === 204 || status === 304 || method === 'HEAD') return 'stated'
  let type = ''
  let stated = false
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i] ?? ''
    if (name.length === 14 && isName(name, 'Content-Length', 'content-length')) {
      stated = (headers[i + 1] ?? '').length < ENDLESS_DIGITS
    } else if (name.length === 12 && isName(name, 'Content-Type', 'content-type')) type = headers[i + 1] ?? ''
  }
  if (stated) return WHATEVER_LENGTH.test(type) ? 'never' : 'stated'
  return NEVER.test(type) ? 'never' : 'open'
}

/** The usual spellings first: they cost no new string. */
function isName(name: string, usual: string, lower: string): boolean {
  return name === usual || name === lower || name.toLowerCase() === lower
}
