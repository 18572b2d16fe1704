import { dirname, join } from 'node:path'
import { headerEntry } from '../catalog/catalog.ts'
import type { AccessRule, QueryTest } from '../types.ts'
import { hostsOf } from './checks/hosts.ts'
import { isLoopback } from './checks/listeners.ts'
import type { App, AutheliaConfig, Config, Listener, PortalConfig, SessionConfig } from './model.ts'
import { toDeploy, toOidcApps } from './resolve-oidc.ts'
import { usualHeaders } from './schema/app.ts'
import type { FileApp, FileConfig, FileListener, FileRule } from './schema/file.ts'
import { toTls } from './upstream-tls.ts'

type Absolute = (path: string) => string

/** The object without its undefined keys, as exactOptionalPropertyTypes has it. */
function given<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>
  }
}

const port = (file: FileConfig): string => (file.public_port === 443 ? '' : `:${file.public_port}`)

function toListener(
  listener: FileListener,
  trusted: readonly string[] | undefined,
  absolute: Absolute,
): Listener {
  const { address, unix, group, door } = listener
  const loopback = address !== undefined && listener.tls === undefined && isLoopback(address.host)
  const trusted_proxies = trusted ?? (loopback ? ['127.0.0.0/8', '::1/128'] : [])
  const tls = listener.tls?.map(pair => ({
    certificate: absolute(pair.certificate),
    key: absolute(pair.key),
  }))
  if (unix === undefined) {
    return {
      ...(address === undefined ? {} : { address }),
      door,
      trusted_proxies,
      ...(tls === undefined ? {} : { tls }),
    }
  }
  return {
    unix: absolute(unix),
    mode: listener.mode ?? 0o660,
    ...(group === undefined ? {} : { group }),
    door,
    trusted_proxies,
  }
}

function toRule(rule: FileRule, label: string): AccessRule {
  const query = (rule.query ?? []).map(tests =>
    tests.map(({ key, operator, value }): QueryTest => {
      const chosen = operator ?? (value === undefined ? 'present' : 'equal')
      return { key, operator: chosen, ...(value === undefined ? {} : { value }) }
    }),
  )
  return {
    domains: [],
    domainPatterns: [],
    resources: rule.resources ?? [],
    subjects: rule.subject ?? [],
    methods: rule.methods ?? [],
    networks: rule.networks ?? [],
    query,
    policy: rule.policy,
    label,
  }
}

function toApp(name: string, app: FileApp, file: FileConfig, absolute: Absolute): App {
  const framers = app.framed_by.flatMap(frame => {
    const other = file.apps[frame]
    if (other === undefined) return [frame]
    return hostsOf(frame, other, file.domain).map(({ host }) => `https://${host}${port(file)}`)
  })
  const { upstream, upstream_host, timeouts, streams, paths, cross_site, preflight, basic } = app
  const { policy, kind } = app
  const known = kind === undefined ? undefined : headerEntry(kind)
  const tls = toTls(app.upstream_tls, absolute)
  return {
    name,
    ...(kind === undefined ? {} : { kind }),
    hosts: hostsOf(name, app, file.domain).map(({ host }) => host),
    upstream,
    ...(tls === undefined ? {} : { upstream_tls: tls }),
    upstream_host,
    timeouts,
    streams,
    paths,
    cross_site,
    preflight,
    basic,
    framed_by: [...new Set(framers)],
    policy,
    rules: app.rules.map((rule, index) => toRule(rule, `apps.${name}.rules[${index}]`)),
    identity_headers: app.identity_headers ?? known?.identity_headers ?? usualHeaders,
  }
}

function toAuthelia(authelia: NonNullable<FileConfig['authelia']>, absolute: Absolute): AutheliaConfig {
  const { url, timeout, verdict_ttl, verdict_scope, grace, configuration } = authelia
  const file = configuration === undefined ? {} : { configuration: absolute(configuration) }
  return { url: url.origin, timeout, verdict_ttl, verdict_scope, grace, ...file }
}

function toPortal(
  portal: NonNullable<FileConfig['portal']>,
  domain: string,
  absolute: Absolute,
): PortalConfig {
  const users = absolute(portal.users)
  const totp = portal.totp === undefined ? join(dirname(users), 'totp.json') : absolute(portal.totp)
  return { ...portal, host: portal.host ?? `auth.${domain}`, users, totp }
}

function toSession({ authelia, portal, domain, public_port }: FileConfig): SessionConfig {
  const own = portal?.host ?? authelia?.portal?.host ?? `auth.${domain}`
  const origin = `https://${own}`
  if (authelia === undefined) {
    const inactivity = portal?.inactivity ?? 0
    const at = public_port === 443 ? origin : `${origin}:${public_port}`
    return { cookie: 'authelia_session', portal: at, portal_host: own, inactivity }
  }
  const { cookie, inactivity } = authelia
  return { cookie, portal: authelia.portal?.origin ?? origin, portal_host: own, inactivity }
}

/** A file without faults to what the code uses: defaults that depend on other keys, absolute paths. */
export function resolveConfig(file: FileConfig, path: string, absolute: Absolute): Config {
  const session = toSession(file)
  const config = given({
    file: path,
    domain: file.domain,
    public_port: file.public_port,
    listen: file.listen.map(listener => toListener(listener, file.trusted_proxies, absolute)),
    workers: file.workers,
    authelia: file.authelia === undefined ? undefined : toAuthelia(file.authelia, absolute),
    portal: file.portal === undefined ? undefined : toPortal(file.portal, file.domain, absolute),
    apps: Object.entries(file.apps).map(([name, app]) => toApp(name, app, file, absolute)),
    session,
    oidc_apps: toOidcApps(file, session.portal, absolute),
    secrets: absolute(file.secrets),
    deploy: toDeploy(file.deploy, absolute),
  })
  return config
}
