/** How NGINX goes to an app, or to Authelia, by itself. */
import { isIP } from 'node:net'
import type { Config, UpstreamAddress, UpstreamTls } from '../../config/model.ts'
import { HouseError } from '../house.ts'
import { onTarget } from '../on-target.ts'
import { block, word } from './word.ts'

export interface Goal {
  /** Of the `upstream {}`: letters, digits, `_` and `-`. */
  readonly name: string
  /** As gatehouse.yml calls it, for messages: `oidc_apps.cloud`. */
  readonly where: string
  readonly upstream: UpstreamAddress
  readonly tls?: UpstreamTls | undefined
}

export interface Way {
  /** For `http {}`. */
  readonly upstream: readonly string[]
  /** For the location: `proxy_pass` and how its TLS is checked. */
  readonly pass: readonly string[]
}

/** What an https upstream's certificate is checked by, where it has no authority of its own (Debian's, installed by ca-certificates). */
const SYSTEM_AUTHORITIES = '/etc/ssl/certs/ca-certificates.crt'

function tlsLines(config: Config, { where, upstream, tls }: Goal): string[] {
  if (upstream.kind !== 'https') return []
  const host = new URL(upstream.origin).hostname.replace(/^\[|\]$/g, '')
  const named = isIP(host) === 0
  const lines = [
    'proxy_ssl_protocols TLSv1.2 TLSv1.3;',
    ...(named ? ['proxy_ssl_server_name on;', `proxy_ssl_name ${host};`] : []),
  ]
  if (tls?.insecure_skip_verify === true) return [...lines, 'proxy_ssl_verify off;  # insecure_skip_verify']
  if (tls?.fingerprint !== undefined)
    throw new HouseError(
      `NGINX knows no fingerprints, and it is NGINX that goes to ${where}.`,
      `upstream_tls: { ca: FILE }, with the certificate in FILE as this says it: openssl s_client -connect ${hostAndPort(upstream)} </dev/null | openssl x509`,
    )
  // X509_check_host, which NGINX uses, looks at names alone: no certificate is ever one for an address.
  if (!named)
    throw new HouseError(
      `NGINX checks the name in a certificate, and the upstream of ${where} is an address.`,
      `upstream: https://NAME:${new URL(upstream.origin).port || 443}, with a name of its certificate that /etc/hosts leads to ${host}`,
    )
  const authority = tls?.ca === undefined ? SYSTEM_AUTHORITIES : onTarget(config, tls.ca)
  return [
    ...lines,
    'proxy_ssl_verify on;',
    'proxy_ssl_verify_depth 4;',
    `proxy_ssl_trusted_certificate ${word(authority, 'the path of a certificate')};`,
  ]
}

/** `name:port` or `[::1]:port`. */
function hostAndPort({ origin, kind }: UpstreamAddress): string {
  const { hostname, port } = new URL(origin)
  return `${hostname}:${port || (kind === 'https' ? 443 : 80)}`
}

/**
 * The way to a goal: over connections that are kept open, or, for a name with `deploy.nginx.resolver`, by
 * asking for its address each time, so that a container may come back with another one.
 * @throws HouseError where NGINX cannot check the upstream's certificate as it is asked to
 */
export function wayTo(config: Config, goal: Goal): Way {
  const { upstream, name } = goal
  const { resolver } = config.deploy.nginx
  const scheme = upstream.kind === 'https' ? 'https' : 'http'
  const tls = tlsLines(config, goal)
  const place = hostAndPort(upstream)
  const isName =
    upstream.kind !== 'unix' && isIP(new URL(upstream.origin).hostname.replace(/^\[|\]$/g, '')) === 0
  if (isName && resolver !== undefined) {
    const server = resolver.includes(':') ? `[${resolver}]` : resolver
    const pass = [
      `resolver ${server} valid=10s;`,
      `set $gatehouse_to ${place};`,
      `proxy_pass ${scheme}://$gatehouse_to;`,
    ]
    return { upstream: [], pass: [...pass, ...tls] }
  }
  const server =
    upstream.socket === undefined ? place : word(`unix:${upstream.socket}`, 'the path of a socket')
  return {
    upstream: block(`upstream ${name}`, [`server ${server};`, 'keepalive 16;']),
    pass: [`proxy_pass ${scheme}://${name};`, ...tls],
  }
}
