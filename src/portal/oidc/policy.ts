/** When the library has to stop and send somebody to our pages, and what it refuses at once. */
import { errors, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider'
import type { Client } from '../../catalog/types.ts'
import { requiredOf } from './access.ts'
import { describe, Hint } from './errors.ts'
import { type Demand, demandOf, type Missing, missing } from './missing.ts'
import type { Passages } from './passage.ts'

export interface Judgement {
  readonly client: Client
  readonly demand: Demand
  readonly missing: Missing | undefined
}

export interface PolicyParts {
  readonly passages: Passages
  client(id: string): Client | undefined
}

const LEAST_STATE = 8

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

function clientOf(parts: PolicyParts, ctx: KoaContextWithOIDC): Client {
  const client = parts.client(ctx.oidc.client?.clientId ?? '')
  if (client === undefined) throw new errors.InvalidClient('client is invalid', 'client not found')
  return client
}

/** What a request asks for, and what of it is missing still. */
export function judge(parts: PolicyParts, ctx: KoaContextWithOIDC): Judgement {
  const client = clientOf(parts, ctx)
  const passage = parts.passages.of(ctx)
  const { prompt, max_age, scope, response_type } = ctx.oidc.params ?? {}
  const asked = {
    prompt: text(prompt),
    max_age: text(max_age),
    scope: text(scope),
    response_type: text(response_type),
  }
  const demand = demandOf(client, asked, passage.begun?.since ?? 0)
  return { client, demand, missing: missing(client, demand, passage.live, passage.decided) }
}

/** What Authelia refuses and the library would let through; after the redirect URI was found to be the client's. */
export function refuse(parts: PolicyParts, ctx: KoaContextWithOIDC): void {
  const client = clientOf(parts, ctx)
  const { state, scope } = ctx.oidc.params ?? {}
  if ((text(state) ?? '').length < LEAST_STATE) {
    const hint = `Request parameter 'state' must be at least be ${LEAST_STATE} characters long to ensure sufficient entropy.`
    const words = describe('invalid_state', new Hint(hint))
    throw new errors.CustomOIDCProviderError('invalid_state', words)
  }
  // As it was asked: the library leaves out what it does not know.
  const asked = new URLSearchParams(parts.passages.of(ctx).query).get('scope') ?? text(scope)
  const foreign = (asked ?? '').split(' ').find(word => word !== '' && !client.scopes.includes(word))
  if (foreign !== undefined) throw new errors.InvalidScope('requested scope is not allowed', foreign)
}

/** Denied people, and those who are not whom the app expects, are sent back to it: no page of ours could help them. */
function refuseUser(parts: PolicyParts, ctx: KoaContextWithOIDC): void {
  const { live, subject, decided } = parts.passages.of(ctx)
  if (live === undefined) return
  if (requiredOf(clientOf(parts, ctx), live.user) === 'denied')
    throw new errors.AccessDenied('The user was denied access to this client.')
  if (decided === false) throw new errors.AccessDenied()
  const hint = ctx.oidc.entities.IdTokenHint?.payload.sub
  if (hint !== undefined && hint !== subject) throw new errors.LoginRequired()
}

/** In the place of the library's own: one question a prompt, and the portal's answer to it. */
export function policyOf(parts: PolicyParts): interactionPolicy.DefaultPolicy {
  const { Check, Prompt, base } = interactionPolicy
  const policy = base()
  policy.clear()
  const add = (name: string, error: string, ...of: readonly Missing[]) => {
    const check = new Check(name, '', error, ctx => {
      refuseUser(parts, ctx)
      const { missing: left } = judge(parts, ctx)
      return left !== undefined && of.includes(left)
    })
    const prompt = new Prompt({ name, requestable: true }, check)
    // The library's own check would ask for ever: it does not know of the pages in between.
    prompt.checks.remove(`${name}_prompt`)
    policy.add(prompt)
  }
  add('login', 'login_required', 'login', 'second-factor')
  add('consent', 'consent_required', 'consent')
  add('select_account', 'login_required')
  return policy
}
