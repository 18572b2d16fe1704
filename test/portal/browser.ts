/** A browser as far as the portal's pages need one: it keeps cookies and says where its forms come from. */
import { request } from 'node:http'
import { type OpenParts, openPortal, type Portal, type Role } from '../../src/portal/portal.ts'
import type { PortalSettings } from '../../src/portal/settings.ts'
import { household, keptLog } from './house.ts'

export const ORIGIN = 'https://auth.example.test:8443'

export interface Page {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly location: string | undefined
  readonly cookie: string | undefined
  readonly body: string
}

export type Fields = Readonly<Record<string, string>>

/** One request. @param headers override the usual ones; an empty value leaves one out */
export function fetchPage(
  port: number,
  method: string,
  path: string,
  body: string,
  headers: Fields,
): Promise<Page> {
  const usual: Record<string, string> = {
    host: 'auth.example.test:8443',
    'x-forwarded-for': '192.0.2.1',
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  }
  for (const [name, value] of Object.entries(usual)) if (value === '') delete usual[name]
  return new Promise((resolve, reject) => {
    const req = request({ host: '127.0.0.1', port, method, path, headers: usual, agent: false }, res => {
      let text = ''
      res.setEncoding('utf8')
      res.on('data', (chunk: string) => {
        text += chunk
      })
      res.on('end', () => {
        const cookie = /^authelia_session=([^;]*)/.exec(res.headers['set-cookie']?.[0] ?? '')?.[1]
        const { location } = res.headers
        resolve({ status: res.statusCode ?? 0, headers: res.headers, location, cookie, body: text })
      })
    })
    req.on('error', reject)
    req.end(body)
  })
}

export class Browser {
  readonly #port: number
  session = ''
  constructor(port: number) {
    this.#port = port
  }
  async #go(method: string, path: string, body: string, headers: Fields): Promise<Page> {
    const page = await fetchPage(this.#port, method, path, body, {
      cookie: this.session === '' ? '' : `other=1; authelia_session=${this.session}`,
      ...headers,
    })
    if (page.cookie !== undefined) this.session = page.cookie
    return page
  }
  get(path: string, headers: Fields = {}): Promise<Page> {
    return this.#go('GET', path, '', headers)
  }
  post(path: string, fields: Fields, headers: Fields = {}): Promise<Page> {
    const type = {
      'content-type': 'application/x-www-form-urlencoded',
      origin: ORIGIN,
      'sec-fetch-site': 'same-origin',
    }
    return this.#go('POST', path, String(new URLSearchParams(fields)), { ...type, ...headers })
  }
  login(user: string, fields: Fields = {}): Promise<Page> {
    return this.post('/login', { username: user, password: `${user}-password`, ...fields })
  }
  /** What the gateway would be told about this browser. */
  authz(host: string, headers: Fields = {}): Promise<Page> {
    return this.get('/api/authz/forward-auth', {
      'x-forwarded-proto': 'https',
      'x-forwarded-host': `${host}.example.test:8443`,
      'x-forwarded-uri': '/',
      'x-forwarded-method': 'GET',
      accept: 'text/html',
      ...headers,
    })
  }
}

export interface Running {
  readonly portal: Portal
  readonly settings: PortalSettings
  readonly log: ReturnType<typeof keptLog>
  readonly slept: number[]
  pass(ms: number): void
  now(): number
  port(role: Role): Promise<number>
  browser(): Browser
}

/** The household's portal on a port of its own, for everybody. */
export async function run(
  t: { teardown(end: () => unknown): void },
  change: Partial<PortalSettings> = {},
): Promise<Running> {
  const { settings, remove } = household(change)
  const log = keptLog()
  let now = 1_800_000_000_000
  const slept: number[] = []
  const parts: OpenParts = {
    log,
    trustForwardedFor: true,
    clock: () => now,
    async sleep(ms) {
      slept.push(ms)
    },
  }
  const portal = await openPortal(settings, parts)
  t.teardown(async () => {
    await portal.close()
    remove()
  })
  const port = async (role: Role) => {
    const where = await portal.listen({ host: '127.0.0.1', port: 0 }, role)
    return 'port' in where ? where.port : 0
  }
  const all = await port('all')
  return {
    portal,
    settings,
    log,
    slept,
    pass: ms => {
      now += ms
    },
    now: () => now,
    port,
    browser: () => new Browser(all),
  }
}
