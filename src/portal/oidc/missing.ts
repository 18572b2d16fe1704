/** What still stands between a visitor and the app. */
import type { Client } from '../../catalog/types.ts'
import type { Live } from '../live-session.ts'
import { requiredOf } from './access.ts'

export type Missing = 'login' | 'second-factor' | 'consent'

/** What a request asks of whoever answers it; a flow carries the same. */
export interface Demand {
  /** Milliseconds: the password must have been given then or later. */
  readonly loginSince?: number
  readonly consent: boolean
}

/** @param decided what the user answered already  @returns undefined where nothing is, or where they may not in any case */
export function missing(
  client: Client,
  demand: Demand,
  live: Live | undefined,
  decided: boolean | undefined,
): Missing | undefined {
  if (live === undefined) return 'login'
  const required = requiredOf(client, live.user)
  if (required === 'denied') return undefined
  if (demand.loginSince !== undefined && live.session.passwordAt < demand.loginSince) return 'login'
  if (live.session.level < required) return 'second-factor'
  return demand.consent && decided === undefined ? 'consent' : undefined
}

export interface Asked {
  readonly prompt?: string | undefined
  readonly max_age?: string | undefined
  readonly scope?: string | undefined
  readonly response_type?: string | undefined
}

const words = (text: string | undefined): string[] => (text ?? '').split(' ').filter(word => word !== '')

/** Reads the demand of a request. @param since when it first came, in milliseconds */
export function demandOf(client: Client, asked: Asked, since: number): Demand {
  const prompts = words(asked.prompt)
  const scopes = words(asked.scope)
  const code = words(asked.response_type).includes('code')
  const age = asked.max_age === undefined ? undefined : Number(asked.max_age)
  // Zero means what prompt=login means; and a login on the way here is never too old.
  const again = prompts.includes('login') || age === 0
  const loginSince = again ? since : age === undefined ? undefined : since - age * 1000
  const consent =
    client.consent === 'explicit' ||
    prompts.includes('consent') ||
    // As Authelia: whoever has to prove themselves once more is asked as well.
    prompts.includes('login') ||
    (code && scopes.includes('offline_access'))
  return { consent, ...(loginSince !== undefined && { loginSince }) }
}
