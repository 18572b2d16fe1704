/** What the attacks through a server in front have in common. */
import type { Test } from 'tap'
import type { Front } from '../support/front.ts'
import { cgiValues } from '../support/upstream.ts'

export type Attack = (t: Test, front: Front) => Promise<void>

export const host = (front: Front, app: string): string => front.house.at(app).host

/** Bob's session, as the browser sends it. */
export async function session(front: Front): Promise<string> {
  const bob = await front.signedIn('bob')
  const header = bob.cookiesFor(front.house.at('app').hostname) ?? ''
  const found = /authelia_session=[^;]+/.exec(header)?.[0]
  if (found === undefined) throw new Error('bob has no session')
  return found
}

/** Headers of the last request that the app got, as a CGI-style app reads them. */
export const got = (front: Front, name: string): string[] =>
  cgiValues(front.upstream.seen.at(-1)?.rawHeaders ?? [], name).filter(value => value !== '')
