/** An app's request as the library gets it. */
import type { Incoming } from '../incoming.ts'
import type { Asking } from './ask.ts'
import type { Proven } from './client-auth.ts'
import { FORM_PAGE } from './form-post.ts'

const FORM = 'application/x-www-form-urlencoded'

/** An app's authorization request as the library gets it. */
export function forLibrary(request: URLSearchParams): URLSearchParams {
  const params = withConsent(request)
  const modes = params.getAll('response_mode')
  // Of that name nobody else asks.
  if (modes.includes(FORM_PAGE)) params.set('response_mode', 'unknown')
  else if (modes.length === 1 && modes[0] === 'form_post') params.set('response_mode', FORM_PAGE)
  return params
}

/** A pushed request as a query: it lives a minute, and a login takes longer. @param params the library's */
export function asQuery(params: Readonly<Record<string, unknown>>): string {
  const { request: _, request_uri: __, response_mode, ...rest } = params
  const mode = response_mode === FORM_PAGE ? 'form_post' : response_mode
  const entries = Object.entries({ ...rest, response_mode: mode })
  const query = new URLSearchParams(
    entries.flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value] as [string, string]] : [],
    ),
  )
  query.sort()
  return query.toString()
}

/**
 * The library gives refresh tokens only with prompt=consent (OpenID Connect Core 1.0, 11), Authelia with
 * offline_access alone: the user is asked in both cases.
 */
function withConsent(request: URLSearchParams): URLSearchParams {
  const params = new URLSearchParams(request)
  const [prompt = '', ...more] = params.getAll('prompt')
  const prompts = prompt.split(' ').filter(word => word !== '')
  const offline = params.getAll('scope').some(scope => scope.split(' ').includes('offline_access'))
  if (!offline || more.length > 0 || prompts.includes('none') || prompts.includes('consent')) return params
  params.set('prompt', [...prompts, 'consent'].join(' '))
  return params
}

/** A request of a client that has proven itself. */
export function ofClient(request: Incoming, proven: Proven): Omit<Asking, 'host'> {
  const { authorization } = proven
  const headers = { accept: 'application/json', 'content-type': FORM }
  return {
    method: 'POST',
    target: request.path,
    headers: { ...headers, ...(authorization !== undefined && { authorization }) },
    body: proven.form.toString(),
  }
}

/** Whether the body is a form. */
export function isForm(request: Incoming): boolean {
  return /^application\/x-www-form-urlencoded *(?:;|$)/i.test(request.first('content-type') ?? '')
}

/** A request with a token and no client. Of two Authorization headers neither counts. */
export function ofBearer(request: Incoming, body: string): Omit<Asking, 'host'> {
  const [authorization, second] = request.all('authorization')
  const form = request.method === 'POST' && body !== '' && isForm(request)
  return {
    method: request.method,
    target: request.path,
    headers: {
      accept: 'application/json',
      ...(form && { 'content-type': FORM }),
      ...(authorization !== undefined && second === undefined && { authorization }),
    },
    body: form ? body : '',
  }
}
