/** All of the outside that the doctor looks at; tests replace what they must. */
import type { Clock } from '../types.ts'

/** Something that did not come about, in words that follow a colon. */
export interface Failure {
  readonly failed: string
  /** Node's own word: ECONNREFUSED. `LIMIT` where the time was up. */
  readonly code: string
}

export type Seen<T> = T | Failure

export function failed(seen: unknown): seen is Failure {
  return typeof seen === 'object' && seen !== null && 'failed' in seen
}

export interface Place {
  /** An address, or the path of a unix socket. */
  readonly address: string
  /** 0 for a unix socket. */
  readonly port: number
}

/** A certificate as a server sent it. */
export interface Shown {
  /** In PEM. */
  readonly certificate: string
  /** How many certificates it sent. */
  readonly sent: number
  /** OpenSSL's word for why the chain is not trusted: UNABLE_TO_VERIFY_LEAF_SIGNATURE. */
  readonly distrust?: string
}

export interface Question {
  readonly url: string
  /** Instead of what DNS says of the host. */
  readonly address: string
  readonly method?: string
  /** Asked with HTTP/1.1, Host from the address unless given. */
  readonly headers?: Readonly<Record<string, string>>
}

export interface Answer {
  readonly status: number
  /** Names in lower case; several lines of one name stand in order. */
  readonly headers: Readonly<Record<string, readonly string[]>>
  /** The first 512 KiB. */
  readonly body: string
}

export interface FileFacts {
  readonly kind: 'file' | 'folder' | 'socket' | 'other'
  /** The permission bits alone. */
  readonly mode: number
  readonly uid: number
}

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface Outside {
  readonly clock: Clock
  /** How long each single look may take, in milliseconds. */
  readonly patience: number
  /** The user that the doctor runs as; 0 is root. */
  readonly uid: number
  /** Certificates in PEM that this machine trusts. */
  trusted(): readonly string[]
  /** This machine's own addresses. */
  addresses(): readonly string[]
  lookup(host: string): Promise<Seen<readonly string[]>>
  /** Whether something takes connections there. */
  connect(place: Place): Promise<Seen<true>>
  /** A TLS handshake for `host`, whatever its certificate. @param trust certificates in PEM */
  handshake(host: string, place: Place, trust: readonly string[]): Promise<Seen<Shown>>
  /** An HTTP request. Certificates are not looked at: never send a secret. */
  ask(question: Question): Promise<Seen<Answer>>
  read(path: string): Promise<Seen<string>>
  facts(path: string): Promise<Seen<FileFacts>>
  /** Every file and folder below a folder, absolute. */
  below(folder: string): Promise<Seen<readonly string[]>>
  /** Runs a program to its end; nothing is asked of a shell. ENOENT: it is not on this machine. */
  run(program: string, args: readonly string[]): Promise<Seen<Ran>>
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there (connection refused)',
  ECONNRESET: 'the connection was closed at once',
  EHOSTUNREACH: 'there is no way to that machine',
  ENETUNREACH: 'there is no way to that network',
  ENOTFOUND: 'the name does not exist in DNS',
  EAI_AGAIN: 'the DNS server does not answer',
  ENOENT: 'it does not exist',
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  EPROTO: 'it does not speak TLS',
  EISDIR: 'it is a folder',
  ABORT_ERR: 'no answer in time',
}

/** What Node throws, in words. */
export function failure(error: unknown): Failure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (/^ERR_SSL_|^EPROTO/.test(code)) return { failed: WORDS.EPROTO ?? '', code }
  const text = error instanceof Error ? error.message : String(error)
  return { failed: WORDS[code] ?? text.split('\n')[0] ?? '', code }
}

/** What is still told after the end of the time: the part of an answer that came. */
const LAST_WORDS = 50

/**
 * At most so long.
 * @param patience in milliseconds
 * @param work must end soon after its signal aborts
 */
export async function within<T>(
  patience: number,
  work: (signal: AbortSignal) => Promise<Seen<T>>,
): Promise<Seen<T>> {
  const ending = new AbortController()
  const timers: NodeJS.Timeout[] = []
  const late = new Promise<Failure>(resolve => {
    const end = (): void => {
      ending.abort()
      const failed = `no answer within ${patience / 1000} s`
      timers.push(setTimeout(() => resolve({ failed, code: 'LIMIT' }), LAST_WORDS))
    }
    timers.push(setTimeout(end, patience))
  })
  try {
    return await Promise.race([work(ending.signal), late])
  } finally {
    for (const timer of timers) clearTimeout(timer)
  }
}
