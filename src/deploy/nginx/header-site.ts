/** The site of an app that the gateway stands in front of. */
import type { App } from '../../config/model.ts'
import { HouseError } from '../house.ts'
import type { House } from '../types.ts'
import type { Doors } from './doors.ts'
import { hideStrict, site, siteName } from './server.ts'
import { snippet } from './snippets.ts'
import { wayTo } from './upstream.ts'
import { block } from './word.ts'

/** What protect.conf passes on by itself. */
const USUAL = new Set(['remote-user', 'remote-groups', 'remote-name', 'remote-email'])

/** Lines that hand on an identity header beside the usual ones. */
function identity({ name, identity_headers }: App): string[] {
  return Object.keys(identity_headers)
    .filter(header => !USUAL.has(header.toLowerCase()))
    .flatMap(header => {
      if (!/^[A-Za-z0-9-]+$/.test(header))
        throw new HouseError(
          `NGINX cannot pass on a header "${header}" (apps.${name}.identity_headers): letters, digits and hyphens.`,
          'another name, or a listener with the proxy door',
        )
      const variable = header.toLowerCase().replaceAll('-', '_')
      return [
        `auth_request_set $gatehouse_is_${variable} $upstream_http_${variable};`,
        `proxy_set_header ${header} $gatehouse_is_${variable};`,
      ]
    })
}

/**
 * By the forward-auth door: NGINX goes to the app and asks about each request. One server a host, since a
 * server with several names counts as its first (nginx/README.md).
 */
function asked(house: House, app: App): string[] {
  const { config } = house
  if (app.upstream_host === 'rewrite')
    throw new HouseError(
      `"upstream_host: rewrite" of apps.${app.name} is for the proxy door, and "listen" has none that NGINX can use.`,
      'listen: [{ address: 127.0.0.1:9080 }]',
    )
  const { name, upstream, upstream_tls: tls, hosts, timeouts } = app
  const way = wayTo(config, { name: `gatehouse_app_${name}`, where: `apps.${name}`, upstream, tls })
  const connect = [`proxy_connect_timeout ${Math.max(1, Math.round(timeouts.connect / 1000))}s;`]
  const lines = [
    snippet(house, 'protect.conf'),
    ...identity(app),
    ...connect,
    `client_max_body_size ${config.deploy.nginx.max_upload};`,
    ...way.pass,
    ...hideStrict(config),
  ]
  return [
    ...way.upstream,
    ...hosts.flatMap(host => [
      '',
      ...site(house, { port: config.public_port, hosts: [host], name: siteName(name) }, [
        snippet(house, 'site.conf'),
        ...block('location /', lines),
      ]),
    ]),
  ]
}

/**
 * The site of a header app. By the proxy door wherever there is one: it alone ends a camera's picture or a
 * WebSocket with its session, binds an app's own cookie to the person who got it, and drops a Set-Cookie that
 * is not the app's to send (docs/streams.md, "What only the proxy door can do" in nginx/README.md).
 */
export function headerSite(house: House, doors: Doors, app: App): string[] {
  const { config } = house
  if (doors.proxy === undefined) return asked(house, app)
  const { name, hosts } = app
  const facts = {
    port: config.public_port,
    hosts,
    name: siteName(name),
    largest: config.deploy.nginx.max_upload,
  }
  return site(house, facts, [
    "# Through the gateway's proxy door, and not by auth_request (site.conf, protect.conf), with which NGINX goes",
    '# to the app itself: that asks when a stream opens and never again, so that a camera or a WebSocket would',
    "# outlive its session, and NGINX cannot keep the next person from the last one's cookies of the app.",
    ...block('location /', [snippet(house, 'proxy-door.conf'), ...hideStrict(config)]),
    snippet(house, 'parts/down.conf'),
  ])
}
