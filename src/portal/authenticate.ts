/** Whether somebody is who they say: password and code, counted, bounded, and of equal cost whoever is asked for. */

import { networkKey } from '../session/network-key.ts'
import type { Log } from '../types.ts'
import { BusyError, type Queue } from './digest/queue.ts'
import type { Attempt, Regulator } from './regulation.ts'
import type { TotpSettings } from './settings.ts'
import type { Codes } from './totp-codes.ts'
import type { Device } from './totp-file.ts'
import type { Users } from './users.ts'
import type { User } from './users-file.ts'

export type Proof =
  | { readonly kind: 'ok'; readonly user: User }
  /** Wrong, unknown, disabled or banned: nobody outside is told which. */
  | { readonly kind: 'failed' }
  | { readonly kind: 'busy' }

export interface Authenticator {
  /** @param how for the audit line: 'login' or 'basic' */
  password(name: string, password: string, address: string, how: string): Promise<Proof>
  /** Uses the code up. Failures count for the account from everywhere too: whoever fails here has the password. */
  code(user: string, device: Device, code: string, address: string): Promise<boolean>
}

export interface AuthenticatorParts {
  readonly users: () => Users
  readonly regulator: Regulator
  /** Counts wrong codes from all addresses together, with a longer patience. */
  readonly everywhere: Regulator
  readonly queue: Queue
  readonly codes: Codes
  readonly totp: () => TotpSettings
  readonly log: Log
}

const FAILED: Proof = { kind: 'failed' }
/** Longer than any password, and a digest of it is not worth computing. */
const MOST_PASSWORD = 1024
const MOST_NAME = 256

/** Whether a key of the regulator is of a name that is nobody's. */
export function isOfNobody(key: string): boolean {
  return key.startsWith('password ?')
}

export function openAuthenticator(parts: AuthenticatorParts): Authenticator {
  const { regulator, everywhere, queue, codes, log } = parts

  const check = async (attempt: Attempt, name: string, password: string, from: string): Promise<Proof> => {
    const user = parts.users().find(name)
    const digest = user?.digest ?? parts.users().decoy()
    try {
      const same = await queue.run(() => digest.verify(password), from)
      // The user is looked up again: they may have been removed while the digest was computed.
      if (same && user !== undefined && parts.users().find(name) === user) {
        attempt.succeeded()
        return { kind: 'ok', user }
      }
      attempt.failed()
      return FAILED
    } catch (error) {
      attempt.dropped()
      if (error instanceof BusyError) return { kind: 'busy' }
      // An error here can never become a user.
      log.error({ error: String(error) }, 'a password could not be checked')
      return FAILED
    }
  }

  return {
    async password(name, password, address, how) {
      if (name === '' || password === '' || name.length > MOST_NAME || password.length > MOST_PASSWORD) {
        return FAILED
      }
      const account = parts.users().accountKey(name)
      // What was typed is not logged: people type passwords into the field for the name.
      const user = account.startsWith('=') ? account.slice(1) : '(unknown)'
      const from = networkKey(address)
      const attempt = await regulator.enter(`password ${account} ${from}`)
      if (attempt === undefined) {
        log.warn({ audit: `${how}-banned`, user, address }, 'a login was refused: too many failures')
        return FAILED
      }
      const proof = await check(attempt, name, password, from)
      const outcome = proof.kind === 'ok' ? how : `${how}-${proof.kind}`
      log.info(
        { audit: outcome, user, address },
        proof.kind === 'ok' ? 'a password was right' : 'a login failed',
      )
      return proof
    },

    async code(user, device, code, address) {
      const here = await regulator.enter(`code =${user} ${networkKey(address)}`)
      const all = here && (await everywhere.enter(`code =${user}`))
      if (here === undefined || all === undefined) {
        here?.dropped()
        log.warn({ audit: 'second-factor-banned', user, address }, 'a code was refused: too many failures')
        return false
      }
      const right = codes.use(user, device, code, parts.totp().skew)
      for (const attempt of [here, all]) {
        if (right) attempt.succeeded()
        else attempt.failed()
      }
      const audit = right ? 'second-factor' : 'second-factor-failed'
      log.info({ audit, user, address }, right ? 'a code was right' : 'a code was wrong')
      return right
    },
  }
}
