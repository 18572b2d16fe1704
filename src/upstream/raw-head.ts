import { STATUS_CODES, validateHeaderName, validateHeaderValue } from '../lib/http.ts'

/**
 * A response head as bytes, for a socket that Node's server has let go of.
 * @throws {TypeError} ERR_INVALID_CHAR and the like, when a name or value could break out of the head.
 */
export function rawHead(status: number, flat: readonly string[]): Buffer {
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n`
  for (let i = 0; i + 1 < flat.length; i += 2) {
    const name = flat[i] ?? ''
    const value = flat[i + 1] ?? ''
    validateHeaderName(name)
    validateHeaderValue(name, value)
    head += `${name}: ${value}\r\n`
  }
  return Buffer.from(`${head}\r\n`, 'latin1')
}
