/**
 * Whether a client's secret is the one that was digested. A digest costs a fifth of a second, so one that was
 * right once is known again by a keyed hash; guesses are counted by client and network, and wait in line.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { networkKey } from '../../session/network-key.ts'
import type { Clock, Log } from '../../types.ts'
import { BusyError, openQueue } from '../digest/queue.ts'
import { openRegulator } from '../regulation.ts'
import type { ClientSecret } from './secrets.ts'

export type Checked = 'right' | 'wrong' | 'busy'

export interface ClientSecrets {
  /** @param address of whoever shows the secret */
  check(client: string, known: ClientSecret, secret: string, address: string): Promise<Checked>
}

/** An app that is being set up fails a few times; whoever guesses 40 characters fails for ever. */
const PATIENCE = { max_retries: 10, find_time: 60_000, ban_time: 60_000 } as const
const MOST_SECRET = 256
/** Not the passwords' line: nobody's guesses at an app's secret keep people out. */
const AT_ONCE = 1
const WAITING = 50
const OF_ONE = 10

export function openClientSecrets(
  clock: Clock,
  random: (size: number) => Uint8Array,
  log: Log,
): ClientSecrets {
  const key = random(32)
  const regulator = openRegulator(clock, () => PATIENCE, 10_000)
  const queue = openQueue(AT_ONCE, WAITING, OF_ONE)
  /** By client: the hash of the last secret that was right, with the digest that it was right for. */
  const right = new Map<string, Buffer>()

  const hashOf = (client: string, known: ClientSecret, secret: string) =>
    createHmac('sha256', key)
      .update(JSON.stringify([client, known.text, secret]))
      .digest()

  return {
    async check(client, known, secret, address) {
      if (secret === '' || secret.length > MOST_SECRET) return 'wrong'
      const hash = hashOf(client, known, secret)
      const before = right.get(client)
      // Ahead of the count: whoever knows it is never locked out by those who guess.
      if (before !== undefined && timingSafeEqual(before, hash)) return 'right'
      const from = networkKey(address)
      const attempt = await regulator.enter(`${client} ${from}`)
      if (attempt === undefined) return 'busy'
      try {
        if (await queue.run(() => known.digest.verify(secret), from)) {
          right.set(client, hash)
          attempt.succeeded()
          return 'right'
        }
        attempt.failed()
        log.warn({ audit: 'client-failed', client, address }, 'a client showed a wrong secret')
        return 'wrong'
      } catch (error) {
        attempt.dropped()
        if (error instanceof BusyError) return 'busy'
        log.error({ client, error: String(error) }, 'a client secret could not be checked')
        return 'wrong'
      }
    },
  }
}
