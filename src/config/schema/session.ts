import { z } from 'zod'
import { Refusal } from '../fault.ts'
import { choice } from '../values/choice.ts'
import { duration } from '../values/duration.ts'
import { host } from '../values/host.ts'
import { path } from '../values/path.ts'
import { asText, scalar } from '../values/scalar.ts'
import { origin, secureOrigin } from '../values/url.ts'
import { regulation } from './regulation.ts'

const cookie = scalar(
  input => {
    const written = asText(input, 'authelia_session')
    if (/^[A-Za-z0-9_-]{1,64}$/.test(written)) return written
    throw new Refusal('The name of a cookie here is letters, digits, "_" and "-".', 'authelia_session')
  },
  {
    type: 'string',
    pattern: '^[A-Za-z0-9_-]{1,64}$',
    'x-type': 'name of a cookie',
    'x-example': 'authelia_session',
  },
)

const verdicts = {
  timeout: duration('50ms', '1m')
    .prefault('2s')
    .describe(
      'How long an answer about a session may take. After that the visitor gets 503 and a page that says so, never a pass.',
    ),
  verdict_ttl: duration('0s', '5m')
    .prefault('2s')
    .describe(
      'How long an allow is kept. This is how late a sign-out elsewhere, or a lost group, is noticed; `0s` asks every time.',
    ),
  grace: duration('0s', '1d')
    .prefault('0s')
    .describe(
      'How long an allow may still be used while Authelia cannot be reached. Never after a sign-out.',
    ),
}

export const authelia = z.strictObject({
  url: origin.describe('Where Gatehouse reaches Authelia; not necessarily what browsers see.'),
  portal: secureOrigin
    .optional()
    .meta({ 'x-default': '`https://auth.<domain>`' })
    .describe("Authelia's login page, as browsers see it."),
  cookie: cookie
    .prefault('authelia_session')
    .describe("The session cookie's name: `session.name` in Authelia."),
  ...verdicts,
  verdict_scope: choice(['request', 'app'])
    .prefault('request')
    .describe(
      "`request`: an allow holds for one method and address. `app`: for everything of the app's host, for less load on Authelia; only where Authelia's rules for that host look at nothing else, so it needs `configuration`.",
    ),
  inactivity: duration('10s', '365d')
    .prefault('5m')
    .describe(
      "Authelia's own `session.inactivity`: how long a session may lie idle. Needed where an app's `streams` do not count as activity.",
    ),
  configuration: path('/etc/authelia/configuration.yml')
    .optional()
    .describe(
      "Authelia's own configuration, so that its rules can be checked and explained. It is only read.",
    ),
})

export const portal = z.strictObject({
  host: host
    .optional()
    .meta({ 'x-default': '`auth.<domain>`', 'x-example': 'auth.example.com' })
    .describe('Where browsers find the login page; inside `domain`.'),
  users: path('users_database.yml').describe(
    "The users, in Authelia's own format (users_database.yml), with every digest that Authelia can write.",
  ),
  totp: path('totp.json')
    .optional()
    .meta({ 'x-default': '`totp.json` beside `users`' })
    .describe('Where the secrets of the second factor are kept. Gatehouse writes this file.'),
  enrolment: choice(['open', 'closed'])
    .prefault('open')
    .describe('`open`: who has a password may set up a second factor once. `closed`: nobody can.'),
  inactivity: duration('10s', '365d')
    .prefault('5m')
    .describe('A session ends when it was not used for so long.'),
  expiration: duration('1m', '365d')
    .prefault('1h')
    .describe(
      'A session ends so long after its last use at the latest, and its cookie so long after the login.',
    ),
  remember_me: duration('0s', '365d')
    .prefault('30d')
    .describe('The same for "remember me" on the login page; `0s` does not offer it.'),
  regulation: regulation.prefault({}).describe('Bans for whoever tries passwords.'),
  ...verdicts,
})
