/** session: the cookie, how long it lasts, where sessions are kept. */
import type { Config } from '../../config/model.ts'
import type { Section, Value } from './document.ts'
import { autheliaTime } from './duration.ts'

export function sessionSection(config: Config): Section {
  const { session, deploy, domain } = config
  const { expiration, remember_me } = deploy.session
  const home = landing(config)
  return {
    key: 'session',
    about:
      'The cookie that all apps of the domain share, and how long a login lasts. Its secret comes from AUTHELIA_SESSION_SECRET_FILE.',
    value: {
      name: session.cookie,
      same_site: 'lax',
      inactivity: autheliaTime(session.inactivity),
      expiration: autheliaTime(expiration),
      remember_me: remember_me === 0 ? -1 : autheliaTime(remember_me),
      cookies: [{ domain, authelia_url: session.portal, default_redirection_url: home }],
      redis: redis(config),
    },
    notes: {
      name: 'authelia.cookie of gatehouse.yml.',
      inactivity: 'So long a session may lie idle: authelia.inactivity of gatehouse.yml.',
      remember_me:
        remember_me === 0 ? '-1: the login page does not offer it.' : 'The same for "remember me".',
      ...(home === undefined
        ? {}
        : { 'cookies.0.default_redirection_url': 'Where a login leads that came from nowhere.' }),
      ...(deploy.redis === undefined
        ? {}
        : { redis: 'Sessions outlive a restart here. The password comes from a file as well.' }),
    },
  }
}

/** The first app inside the cookie's domain; Authelia refuses its own address and addresses outside. */
function landing({ apps, oidc_apps, domain, public_port, session }: Config): string | undefined {
  const port = public_port === 443 ? '' : `:${public_port}`
  const inside = (host: string): boolean => host === domain || host.endsWith(`.${domain}`)
  const all = [
    ...apps
      .filter(app => app.policy !== 'deny')
      .flatMap(app => app.hosts.map(host => `https://${host}${port}`)),
    ...oidc_apps.filter(app => app.client.policy !== 'deny' && inside(app.host)).map(app => app.facts.url),
  ]
  return all.find(url => new URL(url).host !== new URL(session.portal).host)
}

/** As `host:port` is put together by Authelia: an IPv6 address needs its brackets there. */
const bracketed = (host: string): string => (host.includes(':') && !host.startsWith('/') ? `[${host}]` : host)

function redis({ deploy }: Config): Value | undefined {
  if (deploy.redis === undefined) return undefined
  const { host, port, username, database, sentinel } = deploy.redis
  const common = { username, database_index: database }
  if (sentinel !== undefined) {
    // A host beside the nodes would be asked as if it were a sentinel (internal/session/provider_config.go).
    const nodes = sentinel.nodes.map(node => ({ host: bracketed(node.host), port: node.port }))
    return {
      ...common,
      high_availability: { sentinel_name: sentinel.name, sentinel_username: sentinel.username, nodes },
    }
  }
  // A socket is told by its path together with no port.
  return host.startsWith('/') ? { host, ...common } : { host: bracketed(host), port, ...common }
}
