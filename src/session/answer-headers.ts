/** Headers of Authelia's answer, read from their very bytes. */
import type { Answer } from './exchange.ts'

/** RFC 9110 section 5.5: values are bytes; Authelia's are UTF-8. A damaged one must not become a name. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const CONTROL = /\p{Cc}/u

/** A header as Unicode, or `bad`: twice, not UTF-8, or with control characters. Undefined: absent. */
export type HeaderText = { readonly text: string } | 'bad' | undefined

/** UTF-8 bytes as Unicode; undefined where they are not UTF-8. */
export function decodeText(bytes: Buffer): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}

/** Whether a text has control characters, which no name of a person or group has. */
export function hasControl(text: string): boolean {
  return CONTROL.test(text)
}

/** All values of a header, in order. `name` in lower case. */
export function headerBytes(answer: Answer, name: string): Buffer[] {
  const values: Buffer[] = []
  for (let i = 0; i + 1 < answer.headers.length; i += 2) {
    const key = answer.headers[i]
    const value = answer.headers[i + 1]
    if (key === undefined || value === undefined || key.length !== name.length) continue
    if (key.toString('latin1').toLowerCase() === name) values.push(value)
  }
  return values
}

/** The one value of a header that may come once. */
export function headerText(answer: Answer, name: string): HeaderText {
  const values = headerBytes(answer, name)
  const [value] = values
  if (value === undefined) return undefined
  if (values.length > 1) return 'bad'
  const text = decodeText(value)
  return text === undefined || hasControl(text) ? 'bad' : { text }
}

/** The media type of the body in lower case, without parameters; empty where it has none. */
export function mediaType(answer: Answer): string {
  const header = headerText(answer, 'content-type')
  if (header === undefined || header === 'bad') return ''
  return (header.text.split(';', 1)[0] ?? '').trim().toLowerCase()
}

/** The Set-Cookie lines of one cookie, as node writes them (latin1); others stay behind. */
export function cookieLines(answer: Answer, name: string): string[] {
  return headerBytes(answer, 'set-cookie')
    .map(bytes => bytes.toString('latin1'))
    .filter(line => line.startsWith(`${name}=`) && !hasControl(line))
}
