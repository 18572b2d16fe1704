/** The servers for what no site is meant for: names that are not ours, and plain http. */
import type { Config } from '../../config/model.ts'
import type { House } from '../types.ts'
import { listenPlain, listenTls } from './server.ts'
import { snippet } from './snippets.ts'
import { block } from './word.ts'

/** A site's address, as browsers have it. */
export interface Place {
  readonly host: string
  readonly port: number
}

/** Names that are not ours, over TLS. A port that has one already from another file makes `nginx -t` say so. */
function unknown(house: House, port: number): string[] {
  return block('server', [
    ...listenTls(house.config, port, ' default_server'),
    snippet(house, 'tls.conf'),
    '# No certificate is shown to whoever asks for another name, or for none.',
    'ssl_reject_handshake on;',
    '# A name of ours in the handshake and another one in the request (RFC 9110, 15.5.20).',
    'return 421;',
  ])
}

/**
 * Plain http: names of ours are sent on, all others hear nothing. Not `default_server`, which Debian's own
 * first site has already: where that one is still there, it greets the strangers.
 */
function redirects(config: Config, places: readonly Place[]): string[] {
  const port = config.deploy.nginx.redirect_port
  if (port === 0) return []
  const webroot =
    config.deploy.certificates.from === 'files'
      ? [
          '# For certbot and its like: `certbot certonly --webroot --webroot-path /var/www/html`.',
          ...block('location ^~ /.well-known/acme-challenge/', [
            'root /var/www/html;',
            'default_type text/plain;',
          ]),
        ]
      : []
  const hosts = new Map<string, number>()
  // A host with several ports is led to that of the house.
  for (const place of places)
    if (!hosts.has(place.host) || place.port === config.public_port) hosts.set(place.host, place.port)
  const ports = [...new Set(hosts.values())]
  return [
    ...block('server', [...listenPlain(config, port), 'server_name "";', 'return 444;']),
    ...ports.flatMap(to => {
      const names = [...hosts].filter(([, its]) => its === to).map(([host]) => host)
      const origin = `https://$host${to === 443 ? '' : `:${to}`}`
      return [
        '',
        ...block('server', [
          ...listenPlain(config, port),
          `server_name ${names.join(' ')};`,
          ...webroot,
          ...block('location /', [`return 301 ${origin}$request_uri;`]),
        ]),
      ]
    }),
  ]
}

/** Both, for all sites of the house. */
export function strangers(house: House, places: readonly Place[]): string[] {
  const ports = [...new Set(places.map(({ port }) => port))].sort((one, other) => one - other)
  return [...ports.flatMap(port => [...unknown(house, port), '']), ...redirects(house.config, places)]
}
