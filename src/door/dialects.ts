/**
 * How the proxies in front ask, one dialect each, at Authelia's own paths and with Authelia's own meanings
 * (its internal/handlers/handler_authz_impl_*.go). A dialect reads its own family of headers alone: what
 * another family says is a client's word, since the proxy sets only its own.
 */
import { type Asked, family, QuestionFault, schemeOf, splitAddress } from './question.ts'

/** The request by which a proxy asks. */
export interface Asking {
  readonly method: string
  /** The request-target behind the dialect's path. */
  readonly rest: string
  /** Names and values in turn. */
  readonly headers: readonly string[]
}

export interface Dialect {
  readonly name: string
  readonly path: string
  /** Whether what follows the path belongs to the question. */
  readonly prefix: boolean
  read(asking: Asking): Asked | QuestionFault
  /** Whether the proxy relays any answer that is no 2xx to the visitor; else only 401 and 403 mean something to it. */
  readonly relays: boolean
}

const missing = (what: string) => new QuestionFault(`The question lacks ${what}.`)

function forwarded(
  method: string | undefined,
  proto: string | undefined,
  host: string | undefined,
  target: string,
): Asked | QuestionFault {
  if (method === undefined) return missing('X-Forwarded-Method')
  if (proto === undefined) return missing('X-Forwarded-Proto')
  if (host === undefined || host === '') return missing('X-Forwarded-Host')
  const scheme = schemeOf(proto)
  if (scheme === undefined) return new QuestionFault('X-Forwarded-Proto is none of http, https, ws and wss.')
  return { method, scheme, host, target }
}

/** NGINX's auth_request takes 2xx, 401 and 403; the snippets fetch the whole refusal in a second step. */
export const authRequest: Dialect = {
  name: 'auth-request',
  path: '/api/authz/auth-request',
  prefix: false,
  relays: false,
  read({ headers }) {
    const found = family(headers, ['x-original-url', 'x-original-method'])
    if (found instanceof QuestionFault) return found
    const [url, method] = found
    if (url === undefined) return missing('X-Original-URL')
    if (method === undefined) return missing('X-Original-Method')
    const address = splitAddress(url)
    return address === undefined
      ? new QuestionFault('X-Original-URL is not a whole address, such as https://app.example.com/path.')
      : { ...address, method }
  },
}

/** Caddy, Traefik and HAProxy's Lua. */
const forwardAuth: Dialect = {
  name: 'forward-auth',
  path: '/api/authz/forward-auth',
  prefix: false,
  relays: true,
  read({ headers }) {
    const names = ['x-forwarded-method', 'x-forwarded-proto', 'x-forwarded-host', 'x-forwarded-uri']
    const found = family(headers, names)
    if (found instanceof QuestionFault) return found
    const [method, proto, host, uri] = found
    return forwarded(method, proto, host, uri === undefined || uri === '' ? '/' : uri)
  },
}

/** Envoy: its own method and Host, and the path behind the prefix; unlike Authelia, with its query. */
const extAuthz: Dialect = {
  name: 'ext-authz',
  path: '/api/authz/ext-authz/',
  prefix: true,
  relays: true,
  read({ headers, method, rest }) {
    const found = family(headers, ['x-forwarded-proto', 'host'])
    if (found instanceof QuestionFault) return found
    // Without the slash at the prefix's end, /api/authz/ext-authz//x could be asked about //x as well as /x.
    if (!rest.startsWith('/'))
      return new QuestionFault('The path_prefix must be /api/authz/ext-authz/, with the slash at its end.')
    return forwarded(method, found[0], found[1], rest)
  },
}

export const DIALECTS: readonly Dialect[] = [authRequest, forwardAuth, extAuthz]

/** The endpoint where NGINX fetches the refusal that it cannot give itself. */
export const REFUSAL_PATH = '/api/authz/auth-request/refusal'

/** The dialect of a request-target, and what follows its path; undefined for any other. */
export function dialectOf(target: string): { dialect: Dialect; rest: string } | undefined {
  for (const dialect of DIALECTS) {
    if (!target.startsWith(dialect.path)) continue
    const rest = target.slice(dialect.path.length)
    // `?authelia_url=` names a portal; ours comes from the configuration alone.
    if (dialect.prefix || rest === '' || rest.startsWith('?')) return { dialect, rest }
  }
  return undefined
}
