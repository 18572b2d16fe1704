import { z } from 'zod'
import { duration } from '../values/duration.ts'
import { whole } from '../values/number.ts'

/** Bans, the same for Authelia and the built-in portal. */
export const regulation = z.strictObject({
  max_retries: whole(0, 100)
    .prefault(3)
    .describe('Wrong passwords before a ban, for each account and address; 0 bans nobody.'),
  find_time: duration('1s', '7d').prefault('2m').describe('Within this time.'),
  ban_time: duration('1s', '30d')
    .prefault('5m')
    .describe('How long a ban lasts; not shorter than `find_time`.'),
})
