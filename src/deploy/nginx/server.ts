/** What every `server {}` of the rendered NGINX has in common. */
import type { Config } from '../../config/model.ts'
import { SECRETS, secretFile } from '../../config/secret-files.ts'
import { onTarget, secretsOnTarget } from '../on-target.ts'
import type { House } from '../types.ts'
import { snippet } from './snippets.ts'
import { block, includeWord, word } from './word.ts'

/** The addresses to listen on, as `listen` has them in front of a port; an empty one is every IPv4 address. */
function addresses({ deploy }: Config): readonly string[] {
  const { addresses: chosen, ipv6 } = deploy.nginx
  if (chosen === undefined) return ipv6 ? ['', '[::]:'] : ['']
  return chosen.map(address => (address.includes(':') ? `[${address}]:` : `${address}:`))
}

/**
 * `listen … ssl http2` and not `http2 on`: the latter is unknown to NGINX before 1.25.1 (Debian 12 has
 * 1.22), and the former is understood by every later one, with a warning.
 */
export const listenTls = (config: Config, port: number, more = ''): string[] =>
  addresses(config).map(address => `listen ${address}${port} ssl http2${more};`)

export const listenPlain = (config: Config, port: number): string[] =>
  addresses(config).map(address => `listen ${address}${port};`)

const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000)

/** The certificate: of the own authority, or what something else renews. NGINX reads both as root. */
function certificate(config: Config): string[] {
  const { certificates } = config.deploy
  const own = secretsOnTarget(config)
  const [chain, key] =
    certificates.certificate === undefined || certificates.key === undefined
      ? [secretFile(own, SECRETS.certificate), secretFile(own, SECRETS.certificateKey)]
      : [onTarget(config, certificates.certificate), onTarget(config, certificates.key)]
  return [
    `ssl_certificate     ${word(chain, 'the path of a certificate')};`,
    `ssl_certificate_key ${word(key, 'the path of a key')};`,
  ]
}

/** HSTS, for this host alone: what other names of the domain speak is not ours to say. */
function strict({ deploy }: Config): string[] {
  const age = seconds(deploy.nginx.hsts)
  return age === 0 ? [] : [`add_header Strict-Transport-Security "max-age=${age}" always;`]
}

/** For a location with a `proxy_pass`: the app's own HSTS is left out, since two of them would be sent. */
export const hideStrict = ({ deploy }: Config): string[] =>
  seconds(deploy.nginx.hsts) === 0 ? [] : ['proxy_hide_header Strict-Transport-Security;']

/** An app's site by name, beside that of the portal: an app may be called "portal", and none has a dot. */
export const siteName = (app: string): string => (app === 'portal' ? 'portal.app' : app)

export interface Site {
  readonly port: number
  readonly hosts: readonly string[]
  /** The name of its file, and of the file in which its owner may write more. */
  readonly name: string
  /** The largest request, as `client_max_body_size` has it; absent where a snippet says it. */
  readonly largest?: string
}

/** A `server {}` for browsers, around what makes it this one. */
export function site(house: House, { port, hosts, name, largest }: Site, lines: readonly string[]): string[] {
  const { config } = house
  return block('server', [
    ...listenTls(config, port),
    `server_name ${hosts.join(' ')};`,
    '',
    ...certificate(config),
    snippet(house, 'tls.conf'),
    ...strict(config),
    ...(largest === undefined ? [] : [`client_max_body_size ${largest};`]),
    '',
    ...lines,
    '',
    '# What you want to add; the file need not be there, and no release replaces it.',
    `include ${ownWords(config, name)};`,
  ])
}

/** The owner's own lines for a site: as a pattern, since NGINX minds no pattern that fits nothing. */
const ownWords = ({ deploy }: Config, name: string): string =>
  includeWord(`${deploy.folder}/nginx/${name}`, '[.]conf')
