/** The question of a proxy in front: the one family of headers that its dialect reads, and no other. */
import { headerName } from '../lib/headers.ts'

/** What a proxy asks about. */
export interface Asked {
  /** The client's method, exactly. */
  readonly method: string
  readonly scheme: 'https' | 'http'
  /** With its port where it was given. */
  readonly host: string
  /** Path and query, the very bytes. */
  readonly target: string
}

/** What is wrong with a question, for the proxy's owner: never for a visitor's eyes alone. */
export class QuestionFault {
  readonly message: string
  constructor(message: string) {
    this.message = message
  }
}

/**
 * The values of these headers (names in lower case), in their order; undefined where one is missing.
 * Two of a name are a fault: the proxy sets one, so the other is a client's.
 */
export function family(
  headers: readonly string[],
  names: readonly string[],
): (string | undefined)[] | QuestionFault {
  const found = new Array<string | undefined>(names.length).fill(undefined)
  for (let i = 0; i < headers.length; i += 2) {
    const at = names.indexOf(headerName(headers[i] ?? '').lower)
    if (at < 0) continue
    if (found[at] !== undefined) return new QuestionFault(`There are two ${names[at]} headers.`)
    found[at] = headers[i + 1] ?? ''
  }
  return found
}

/** The scheme as the gateway counts it: a WebSocket is what it runs over. */
export function schemeOf(written: string): 'https' | 'http' | undefined {
  if (written === 'https' || written === 'wss') return 'https'
  return written === 'http' || written === 'ws' ? 'http' : undefined
}

const ABSOLUTE = /^([a-z]+):\/\/([^/?#]*)(.*)$/s

/** An absolute address in its parts, path and query untouched; the URL class would clean what must be judged. */
export function splitAddress(address: string): Omit<Asked, 'method'> | undefined {
  const [, written = '', host = '', rest = ''] = ABSOLUTE.exec(address) ?? []
  const scheme = schemeOf(written)
  if (scheme === undefined || host === '') return undefined
  return { scheme, host, target: rest.startsWith('/') ? rest : `/${rest}` }
}
