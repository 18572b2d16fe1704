/** A home whose forward-auth door is asked directly, as each kind of proxy asks. */

import type { Clock } from '../../src/types.ts'
import { type Gateway, openGateway } from './gateway.ts'
import { browserIn, type House, logIn, openHouse } from './house.ts'
import { bytes, type RawAnswer, raw } from './raw.ts'

interface Teardown {
  teardown(fn: () => unknown): void
}

type Header = readonly [string, string]

/** What a visitor asks the proxy for. */
export interface Visit {
  readonly app: string
  readonly target?: string
  readonly method?: string
  readonly cookie?: string
  readonly headers?: readonly Header[]
}

export interface AskingDialect {
  readonly name: 'auth-request' | 'forward-auth' | 'ext-authz'
  /** Whether its proxy relays refusals as they are. */
  readonly relays: boolean
  ask(visit: Visit): Promise<RawAnswer>
}

export interface HomeDoor extends Gateway {
  readonly house: House
  /** A Cookie header's value of bob's session. */
  readonly bob: string
  readonly dialects: readonly AskingDialect[]
  dialect(name: AskingDialect['name']): AskingDialect
  get(target: string, headers: readonly Header[]): Promise<RawAnswer>
}

const UPSTREAM = 'http://127.0.0.1:9'

const APPS = `  app: { upstream: '${UPSTREAM}' }
  open: { upstream: '${UPSTREAM}', policy: bypass }
  admin: { upstream: '${UPSTREAM}', rules: [{ subject: 'group:admins', policy: two_factor }], policy: deny }
  scripts: { upstream: '${UPSTREAM}', basic: authelia }
  grafana: { upstream: '${UPSTREAM}', identity_headers: { X-WEBAUTH-USER: user } }
`

/** The header lines by which each proxy says what it asks about. */
export function questionOf(house: House, name: AskingDialect['name'], visit: Visit): string {
  const { app, target = '/', method = 'GET', cookie, headers = [] } = visit
  const { host } = house.at(app)
  const client: Header[] = [...headers, ['X-Forwarded-For', '192.0.2.7']]
  if (cookie !== undefined) client.push(['Cookie', cookie])
  switch (name) {
    case 'auth-request':
      return bytes('GET /api/authz/auth-request', [
        ['Host', 'gatehouse'],
        ['X-Original-URL', `https://${host}${target}`],
        ['X-Original-Method', method],
        ...client,
      ])
    case 'forward-auth':
      return bytes('GET /api/authz/forward-auth', [
        ['Host', 'gatehouse'],
        ['X-Forwarded-Method', method],
        ['X-Forwarded-Proto', 'https'],
        ['X-Forwarded-Host', host],
        ['X-Forwarded-URI', target],
        ...client,
      ])
    case 'ext-authz':
      return bytes(`${method} /api/authz/ext-authz/${target}`, [
        ['Host', host],
        ['X-Forwarded-Proto', 'https'],
        ...(method === 'GET' ? [] : [['Content-Length', '0'] as const]),
        ...client,
      ])
  }
}

/** Opens it, with bob signed in; it ends with the test. */
export async function openDoorHome(
  t: Teardown,
  top = '',
  portal = '',
  clock: Clock = Date.now,
): Promise<HomeDoor> {
  const house = await openHouse(t, { apps: APPS, top, portal })
  const gateway = await openGateway(t, house, clock)
  const browser = browserIn(t, house)
  await logIn(browser, house, 'bob', house.at('auth'))
  const bob = browser.cookiesFor(house.at('auth').hostname)?.match(/authelia_session=[^;]+/)?.[0] ?? ''
  const dialects = (['auth-request', 'forward-auth', 'ext-authz'] as const).map(name => ({
    name,
    relays: name !== 'auth-request',
    ask: (visit: Visit) => raw(gateway.doorPort, questionOf(house, name, visit)),
  }))
  const dialect = (name: AskingDialect['name']): AskingDialect => {
    const found = dialects.find(one => one.name === name)
    if (found === undefined) throw new RangeError(name)
    return found
  }
  const get = (target: string, headers: readonly Header[]) =>
    raw(gateway.doorPort, bytes(`GET ${target}`, headers))
  return { ...gateway, house, bob, dialects, dialect, get }
}
