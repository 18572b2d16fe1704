/** A home behind NGINX: the snippets, the gateway in a process of its own with its portal, and apps that record. */
import { join } from 'node:path'
import type { Browser } from '../../src/demo/browser.ts'
import { freePort } from '../../src/demo/port.ts'
import { browserIn, type House, logIn, openHouse, type Served, serve } from './house.ts'
import { change, startNginx } from './nginx.ts'
import type { Program } from './programs.ts'
import { bytes, openRaw, type RawAnswer, type RawConnection, raw, type TlsPort } from './raw.ts'
import { type RecordingUpstream, recordingUpstream } from './upstream.ts'

type Pair = readonly [name: string, value: string]

interface Teardown {
  teardown(fn: () => unknown): void
}

export interface NginxHomeOptions {
  /** Apps of gatehouse.yml, indented by two; `UPSTREAM` becomes the recording app's origin. */
  readonly apps?: string
  readonly portal?: string
  readonly cache?: boolean
  /** More lines of `http {}`, before the snippets. */
  readonly http?: string
  /** Servers beside, or in place of, those of the apps. */
  readonly servers?: (facts: Facts) => string
  /** How the app answers, if not with what it received. */
  readonly answer?: Parameters<typeof recordingUpstream>[1]
  /** Whose session is to be had. */
  readonly people?: readonly string[]
  /** The forward-auth door's port, where it must be known before. */
  readonly doorPort?: number
  /** What is done to the house before the gateway starts. */
  readonly prepare?: (house: House) => void
}

export interface Facts {
  readonly port: number
  readonly doorPort: number
  readonly app: RecordingUpstream
  readonly house: House
  readonly cache: boolean
}

export interface NginxHome extends Facts {
  readonly served: Served
  readonly nginx: Program
  /** The browser of someone who is logged in, and one of nobody. */
  readonly browser: (name: string) => Browser
  readonly fresh: (t: Teardown) => Browser
  /** The value of someone's session cookie. */
  session(name: string): string
  /** Where an app's site is, for raw requests. */
  site(app: string, from?: string): TlsPort
  /** One request to an app, with its Host and what is given. */
  ask(line: string, app: string, headers?: readonly Pair[], body?: string): Promise<RawAnswer>
  /** The same from another address of loopback. */
  askFrom(address: string, line: string, app: string, headers?: readonly Pair[]): Promise<RawAnswer>
  open(app: string): Promise<RawConnection>
}

const DOMAIN = 'gatehouse.localhost'

/** A server {} as nginx/README.md has it. */
export function siteOf(facts: Facts, name: string, locations?: string): string {
  const { port, house, cache, app } = facts
  const include = cache ? 'site-cached' : 'site'
  const usual = `location / { include gatehouse/protect.conf; proxy_pass ${app.origin}; }`
  return `  server {
    listen 127.0.0.1:${port} ssl http2;
    server_name ${name};
    ssl_certificate ${house.leafFile}; ssl_certificate_key ${house.keyFile};
    include gatehouse/${include}.conf;
    ${locations ?? usual}
  }
`
}

/** The login page's site, as nginx/README.md has it. */
function portalOf({ port, house }: Facts, plainPort: number): string {
  return `  server {
    listen 127.0.0.1:${port} ssl http2;
    server_name auth.${DOMAIN};
    ssl_certificate ${house.leafFile}; ssl_certificate_key ${house.keyFile};
    location / {
      proxy_pass http://127.0.0.1:${plainPort};
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-For $remote_addr;
    }
  }
`
}

const APPS = `  app: { upstream: 'UPSTREAM', policy: one_factor }
  other: { upstream: 'UPSTREAM', policy: one_factor }
  open: { upstream: 'UPSTREAM', policy: bypass }
  admin: { upstream: 'UPSTREAM', policy: deny, rules: [{ subject: ['group:admins'], policy: one_factor }] }
  ruled: { upstream: 'UPSTREAM', policy: deny, rules: [{ resources: ['^/x/'], policy: one_factor }] }
  scripts: { upstream: 'UPSTREAM', policy: one_factor, basic: authelia }
`

/** Opens it; it ends with the test. Each app of gatehouse.yml has a site, in their order: the first is the default. */
export async function openNginxHome(t: Teardown, options: NginxHomeOptions = {}): Promise<NginxHome> {
  const { apps = APPS, cache = false, people = ['bob'] } = options
  const app = await recordingUpstream(t, options.answer)
  const port = await freePort(0)
  const house = await openHouse(t, {
    publicPort: port,
    apps: apps.replaceAll('UPSTREAM', app.origin),
    ...(options.portal !== undefined && { portal: options.portal }),
  })
  if (options.doorPort !== undefined) change(house.file, '0, door:', `${options.doorPort}, door:`)
  options.prepare?.(house)
  const served = await serve(t, house)
  const facts: Facts = { port, doorPort: served.doorPort, app, house, cache }
  const names = [...apps.matchAll(/^ {2}(\w+):/gm)].map(([, name]) => `${name}.${DOMAIN}`)
  const more = options.servers?.(facts) ?? ''
  const nginx = await startNginx(t, {
    folder: join(house.folder, 'nginx'),
    doorPort: served.doorPort,
    http: options.http ?? '',
    cache,
    sites:
      names
        .filter(name => !more.includes(`server_name ${name};`))
        .map(name => siteOf(facts, name))
        .join('') +
      portalOf(facts, served.plainPort) +
      more,
  })
  const browsers = new Map<string, Browser>()
  for (const name of people) {
    const browser = browserIn(t, house)
    await logIn(browser, house, name, house.at('app'))
    browsers.set(name, browser)
  }
  app.clear()
  const browser = (name: string): Browser => {
    const found = browsers.get(name)
    if (found === undefined) throw new Error(`${name} is not logged in`)
    return found
  }
  const site = (name: string, from?: string): TlsPort => ({
    port,
    host: `${name}.${DOMAIN}`,
    ca: house.ca,
    ...(from !== undefined && { from }),
  })
  return {
    ...facts,
    served,
    nginx,
    browser,
    fresh: test => browserIn(test, house),
    session: name =>
      /authelia_session=([^;]+)/.exec(browser(name).cookiesFor(`app.${DOMAIN}`) ?? '')?.[1] ?? '',
    site,
    ask: (line, to, headers = [], body = '') =>
      raw(site(to), bytes(line, [['Host', `${to}.${DOMAIN}:${port}`], ...headers], body)),
    askFrom: (address, line, to, headers = []) =>
      raw(site(to, address), bytes(line, [['Host', `${to}.${DOMAIN}:${port}`], ...headers])),
    open: to => openRaw(site(to)),
  }
}
