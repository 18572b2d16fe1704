/** Reading paths and escapes the way Go's net/url and path.Clean do, since Authelia's rules rest on them. */
import { isUtf8 } from 'node:buffer'

/** Nothing to decode and nothing to clean: printable ASCII, no escape, no `//`, no segment that starts with a dot. */
const plain = /^\/(?![/.])(?:[\x21-\x24\x26-\x2e\x30-\x7e]|\/(?![/.]))*$/
const control = /[\0-\x1f\x7f]/

/**
 * The path that rules see: percent-decoded, dot segments resolved, `//` folded, a trailing slash kept
 * (Authelia's URLPathFullClean). Undefined where Authelia answers 400: a malformed escape, a control
 * character, no leading slash. An empty path is `.`, as in Go. Characters up to U+00FF are bytes, as
 * Node's parser gives them.
 */
export function cleanPath(path: string): string | undefined {
  if (path === '/' || plain.test(path)) return path
  if (path === '') return '.'
  if (path[0] !== '/' || control.test(path)) return undefined
  const decoded = percentDecode(path, false)
  if (decoded === undefined) return undefined
  const kept: string[] = []
  for (const segment of decoded.split('/')) {
    if (segment === '..') kept.pop()
    else if (segment !== '' && segment !== '.') kept.push(segment)
  }
  // Authelia appends the slash to whatever is left, so `//` and `/./` are `//`.
  return `/${kept.join('/')}${decoded.length > 1 && decoded.endsWith('/') ? '/' : ''}`
}

/** Whether a query has a control character, which Go refuses. */
export function hasControl(text: string): boolean {
  return control.test(text)
}

/** Bytes that came as U+0080 to U+00FF, read as UTF-8; escapes are kept. */
export function rawUtf8(text: string): string {
  return /[\x80-\xff]/.test(text) && /^[\0-\xff]*$/.test(text) ? utf8(Buffer.from(text, 'latin1')) : text
}

/** Percent-decodes (and `+` to space, in a query) as UTF-8; undefined where an escape is malformed. */
export function percentDecode(text: string, plus: boolean): string | undefined {
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) return undefined
  const spaced = plus ? text.replaceAll('+', ' ') : text
  if (/^[\x20-\x7e]*$/.test(spaced) && !spaced.includes('%')) return spaced
  const bytes = Buffer.allocUnsafe(spaced.length * 3)
  let length = 0
  for (let at = 0; at < spaced.length; at++) {
    const code = spaced.charCodeAt(at)
    if (code === 0x25) {
      bytes[length++] = Number.parseInt(spaced.slice(at + 1, at + 3), 16)
      at += 2
    } else if (code <= 0xff) bytes[length++] = code
    else {
      const wide = String.fromCodePoint(spaced.codePointAt(at) ?? 0xfffd)
      at += wide.length - 1
      length += bytes.write(wide, length)
    }
  }
  return utf8(bytes.subarray(0, length))
}

/** Bytes as text; each byte that is not UTF-8 becomes one U+FFFD, as Go's regexp reads it. */
function utf8(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString()
  let text = ''
  for (let at = 0; at < bytes.length; ) {
    const lead = bytes[at] ?? 0
    const size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
    const piece = bytes.subarray(at, at + size)
    const whole = piece.length === size && isUtf8(piece)
    text += whole ? piece.toString() : '\ufffd'
    at += whole ? size : 1
  }
  return text
}
