/** What the way stands on: the configuration, made ready for questions. Replaced whole by a reload. */
import type { App, Config } from '../config/model.ts'
import { canonicalName } from '../lib/headers.ts'
import type { Sessions } from '../session/sessions.ts'
import type { AccessControl, Clock } from '../types.ts'
import { type Cookies, openCookies } from './cookies.ts'
import type { Site } from './exchange.ts'
import { compile } from './policy.ts'

export interface Ground {
  readonly sites: ReadonlyMap<string, Site>
  readonly portalHost: string
  /** Origin of the portal, without a slash at the end. */
  readonly portal: string
  readonly portalAuthority: string
  /** The session cookie's name. */
  readonly cookie: string
  /** Reads a Cookie header. */
  readonly cookies: (header: string | undefined) => Cookies
  readonly domain: string
  /** `:8443`, or empty for 443. */
  readonly port: string
  /** Canonical names of every identity header of any app: none of them ever comes from a client. */
  readonly identityNames: ReadonlySet<string>
  /** Origins of all apps and the portal: the only ones that CORS answers to. */
  readonly origins: ReadonlySet<string>
  readonly sessions: Sessions
  readonly clock: Clock
}

/** Stripped from every request, whatever the configuration says: what Authelia's answers are made of. */
const ALWAYS = ['Remote-User', 'Remote-Groups', 'Remote-Name', 'Remote-Email']

/** The gateway's own rules of one app, as the engine takes them. */
export function accessControlOf(app: App): AccessControl {
  return { rules: app.rules, fallback: app.policy, fallbackLabel: `apps.${app.name}.policy` }
}

/** Makes a configuration ready. `autheliaLooks(host)`: whether Authelia's rules for a host look at the path. */
export function prepare(
  config: Config,
  parts: {
    readonly sessions: Sessions
    readonly clock: Clock
    readonly autheliaLooks: (host: string) => boolean
  },
): Ground {
  const port = config.public_port === 443 ? '' : `:${config.public_port}`
  const sites = new Map<string, Site>()
  const identityNames = new Set(ALWAYS.map(canonicalName))
  const origins = new Set([config.session.portal])
  for (const app of config.apps) {
    for (const name of Object.keys(app.identity_headers)) identityNames.add(canonicalName(name))
    const engine = compile(accessControlOf(app), { bypassPathOnly: true })
    for (const host of app.hosts) {
      const authority = `${host}${port}`
      const origin = `https://${authority}`
      origins.add(origin)
      sites.set(host, {
        app,
        host,
        origin,
        authority,
        engine,
        looksAtPath: engine.looksAtPath || parts.autheliaLooks(host),
      })
    }
  }
  return {
    sites,
    portalHost: config.session.portal_host,
    portal: config.session.portal,
    portalAuthority: config.session.portal.slice('https://'.length),
    cookie: config.session.cookie,
    cookies: openCookies(config.session.cookie),
    domain: config.domain,
    port,
    identityNames,
    origins,
    sessions: parts.sessions,
    clock: parts.clock,
  }
}
