/** Sessions for the recordings' placeholders, by real logins. */
import { Secret, TOTP } from 'otpauth'
import { type Answered, valuesOf } from './exchange.ts'
import { send } from './raw-client.ts'
import type { Subject } from './subject.ts'

export const PORTAL = 'auth.example.test:9443'

const FORWARDED = [
  ['Host', '127.0.0.1'],
  ['X-Forwarded-Proto', 'https'],
  ['X-Forwarded-Host', PORTAL],
] as const

function cookieOf(answer: Answered, what: string): string {
  const line = valuesOf(answer.headers, 'Set-Cookie')[0]
  const value = /^[^=]+=([^;]+)/.exec(line ?? '')?.[1]
  if (value === undefined)
    throw new Error(`${what} gave no session: ${answer.status} ${answer.body.slice(0, 200)}`)
  return value
}

/** The session of a password login. */
export async function login(subject: Subject, user: string, password = `${user}-password`): Promise<string> {
  const body = JSON.stringify({ username: user, password })
  const headers = [
    ...FORWARDED,
    ['Content-Type', 'application/json'],
    ['Content-Length', `${body.length}`],
  ] as const
  const answer = await send(subject.server, { method: 'POST', path: '/api/firstfactor', headers, body })
  return cookieOf(answer, `the login of ${user}`)
}

/** What a device shows at a time. */
export function codeAt(secret: string, now: number): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: now })
}

/** Sets up a device by the portal's own page. @returns the session of level 2 and the secret */
export async function enrol(subject: Subject, user: string): Promise<{ session: string; secret: string }> {
  const cookie = ['Cookie', `authelia_session=${await login(subject, user)}`] as const
  const shown = await send(subject.server, {
    method: 'GET',
    path: '/enrol',
    headers: [...FORWARDED, cookie],
    body: null,
  })
  const page = shown.body.replaceAll(/<[^>]*>/g, '')
  const secret = /(?:[A-Z2-7]{4}\s+){12}[A-Z2-7]{4}/.exec(page)?.[0].replaceAll(/\s/g, '')
  if (secret === undefined)
    throw new Error(`no key on the enrolment page: ${shown.status} ${page.slice(0, 500)}`)
  const body = `token=${codeAt(secret, subject.now())}`
  const answer = await send(subject.server, {
    method: 'POST',
    path: '/enrol',
    headers: [
      ...FORWARDED,
      cookie,
      ['Origin', `https://${PORTAL}`],
      ['Content-Type', 'application/x-www-form-urlencoded'],
      ['Content-Length', `${body.length}`],
    ],
    body,
  })
  return { session: cookieOf(answer, 'the enrolment'), secret }
}
