/** What each OpenID Connect app really asks for when a login begins, against what its client may. */
import { oidcEntry } from '../../catalog/catalog.ts'
import { endpoints } from '../../catalog/endpoints.ts'
import type { Config } from '../../config/model.ts'
import type { OidcApp } from '../../config/model-oidc.ts'
import { failed } from '../outside.ts'
import { findRequest } from '../seen/authorization-request.ts'
import { get, header, PAGE_LOAD } from '../seen/sites.ts'
import { check, type Finding, fault, ok, type Premises, skipped, warning } from '../types.ts'
import { uriFault } from './redirect-uri-words.ts'

interface Begun {
  readonly app: OidcApp
  /** Where the login was begun. */
  readonly from: string
  /** The authorization request that the app makes. */
  readonly request?: URL
  /** Why there is none. */
  readonly none?: string
}

/** As many redirects of its own as an app may need: https, language, login page. */
const STEPS = 5

async function begin(premises: Premises, app: OidcApp): Promise<Begun> {
  const path = oidcEntry(app.kind)?.login?.(app.facts)
  const from = `${app.facts.url}${path ?? '/'}`
  let url = from
  for (let step = 0; step < STEPS; step++) {
    const answer = await get(premises, url, PAGE_LOAD)
    if (failed(answer)) return { app, from, none: `${url} does not answer: ${answer.failed}.` }
    const to = URL.parse(header(answer, 'location') ?? '', url)
    const request = findRequest(to, answer.body)
    if (request !== undefined) return { app, from, request }
    const own = to !== null && to.hostname === app.host && answer.status >= 300 && answer.status < 400
    if (!own) break
    url = to.href
  }
  const where = path === undefined ? 'Its front page starts no login by itself' : `${from} starts no login`
  return { app, from, none: `${where}, so what it sends cannot be seen from here. Log in once by hand.` }
}

const probe = (premises: Premises): Promise<readonly Begun[]> =>
  Promise.all(premises.config.oidc_apps.map(app => begin(premises, app)))

/** What else Authelia refuses. */
function requestFault(app: OidcApp, request: URL, { session }: Config): Finding | undefined {
  const { client } = app
  const asks = request.searchParams
  const sheet = `gatehouse apps show ${app.name} prints what to type into it.`
  const at = endpoints(session.portal).authorization
  if (`${request.origin}${request.pathname}` !== at)
    return fault(app.host, {
      saw: `${app.name} sends its users to ${request.origin}${request.pathname} to log in; ${at} is right.`,
      why: 'There is nobody there who knows them.',
      do: `Correct the provider's address in the app. ${sheet}`,
    })
  const id = asks.get('client_id') ?? ''
  if (id !== client.client_id)
    return fault(app.host, {
      saw: `${app.name} calls itself "${id}" (client_id); its client is "${client.client_id}".`,
      why: 'The portal does not know it: "invalid_client".',
      do: `Correct the client ID in the app. ${sheet}`,
    })
  return undefined
}

function smallFaults(app: OidcApp, request: URL): Finding | undefined {
  const { client } = app
  const asks = request.searchParams
  const type = asks.get('response_type') ?? ''
  const types: readonly string[] = client.response_types
  if (!types.includes(type))
    return fault(app.host, {
      saw: `${app.name} asks for response_type "${type}"; its client has ${types.join(', ')}.`,
      why: 'The portal refuses it: "unsupported_response_type".',
      do: `Look at the app's settings. gatehouse apps show ${app.name} prints what to type into it.`,
    })
  const scopes = (asks.get('scope') ?? '')
    .split(' ')
    .filter(scope => scope !== '' && !client.scopes.includes(scope))
  if (scopes.length > 0)
    return fault(app.host, {
      saw: `${app.name} asks for the scope ${scopes.join(', ')}, which its client may not.`,
      why: 'The portal refuses the whole login: "invalid_scope".',
      do: `Take it out in the app, or add it below "oidc_apps.${app.name}.client.scopes" and run gatehouse apply.`,
    })
  const method = asks.get('code_challenge_method') ?? ''
  const challenged = asks.has('code_challenge')
  if ((client.pkce === 'S256' && !challenged && type === 'code') || (challenged && method !== 'S256'))
    return fault(app.host, {
      saw: challenged
        ? `${app.name} sends its challenge as "${method || 'plain'}" (PKCE).`
        : `${app.name} sends no challenge (PKCE), and its client must.`,
      why: 'The portal refuses it: it takes S256 alone.',
      do: `Turn PKCE with S256 on in the app, or, if it has none, write "client: { pkce: off }" below "oidc_apps.${app.name}".`,
    })
  const state = asks.get('state') ?? ''
  if (state.length >= 8) return undefined
  return warning(app.host, {
    saw: `${app.name} sends a state of ${state.length} characters.`,
    why: 'Authelia refuses less than 8: "invalid_state".',
    do: 'A newer version of the app or of its plugin may send more.',
  })
}

function judgeOne({ app, request, none }: Begun, config: Config): Finding {
  if (request === undefined) return skipped(none ?? '', app.host)
  const uri = request.searchParams.get('redirect_uri') ?? ''
  return (
    requestFault(app, request, config) ??
    uriFault(app, uri) ??
    smallFaults(app, request) ??
    ok(app.host, `${app.name} asks to come back to ${uri}, as its client may`)
  )
}

export const redirectUris = check({
  id: 'redirect-uris',
  title: 'OpenID Connect apps ask for what their clients may, character by character',
  probe,
  judge: (seen, config) =>
    seen.length === 0 ? [skipped('There are no oidc_apps.')] : seen.map(one => judgeOne(one, config)),
})
