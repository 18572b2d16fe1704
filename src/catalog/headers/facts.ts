/** What the setup of every header app is made of. */
import type { HeaderFacts, IdentityWord, Step } from '../types.ts'

/** The name of the header that carries something; undefined where none does. */
export function headerFor(facts: HeaderFacts, what: IdentityWord): string | undefined {
  return Object.entries(facts.identity_headers).find(([, carried]) => carried === what)?.[0]
}

/** The name of the header with the user, or the usual one: an app has to be told some name. */
export const userHeader = (facts: HeaderFacts): string => headerFor(facts, 'user') ?? 'Remote-User'

/** The name of a header as CGI, WSGI and Django have it (RFC 3875, 4.1.18): `HTTP_REMOTE_USER`. */
export const cgiName = (header: string): string => `HTTP_${header.toUpperCase().replaceAll('-', '_')}`

/** Host and port of the upstream, without brackets; undefined for a unix socket. */
export function listening(facts: HeaderFacts): { readonly host: string; readonly port: string } | undefined {
  if (!URL.canParse(facts.upstream) || !/^https?:/.test(facts.upstream)) return undefined
  const { hostname, port, protocol } = new URL(facts.upstream)
  const usual = protocol === 'https:' ? '443' : '80'
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? usual : port }
}

/** Whether the app listens on this machine alone. */
export function onLoopback(facts: HeaderFacts): boolean {
  const host = listening(facts)?.host
  return host === undefined || host === 'localhost' || host === '::1' || /^127\./.test(host)
}

/** What to write where the address of the machine with Gatehouse is wanted and cannot be known here. */
export const MACHINE = 'ADDRESS-OF-THE-GATEHOUSE-MACHINE'

/** Who may send the headers: this machine, else the machine on which Gatehouse and NGINX run. */
export const senders = (facts: HeaderFacts): readonly string[] =>
  onLoopback(facts) ? ['127.0.0.1', '::1'] : [MACHINE]

/** The same as networks, for apps that take nothing else or read a bare `::1` as more than one address. */
export const senderNetworks = (facts: HeaderFacts): readonly string[] =>
  senders(facts).map(each => (each === '::1' ? '::1/128' : `${each}/32`))

/** The address on which the app has to listen: the loopback address, unless it is told another by `upstream`. */
export function listenHost(facts: HeaderFacts): string {
  const host = listening(facts)?.host
  return host === undefined || host === 'localhost' ? '127.0.0.1' : host
}

export const listenPort = (facts: HeaderFacts, usual: number): string =>
  listening(facts)?.port ?? String(usual)

/** `host:port`, with brackets around IPv6. */
export function listenAddress(facts: HeaderFacts, usual: number): string {
  const host = listenHost(facts)
  return `${host.includes(':') ? `[${host}]` : host}:${listenPort(facts, usual)}`
}

/** Where signing out goes: it ends the session at the portal too. */
export const signOut = (facts: HeaderFacts): string => `${facts.url}/.gatehouse/sign-out`

/** The host of the app's address, and the port as browsers see it. */
export function publicAddress(facts: HeaderFacts): { readonly host: string; readonly port: string } {
  const { hostname, port } = new URL(facts.url)
  return { host: hostname, port: port === '' ? '443' : port }
}

/** The last step of every sheet: see that nobody else reaches the app. `ss` is part of every Debian (iproute2). */
export function onlyHere(facts: HeaderFacts, how?: string): Step {
  const at = listening(facts)
  const local = onLoopback(facts)
  if (at === undefined)
    return {
      title: 'See that nobody else reaches it',
      text: `${how === undefined ? '' : `${how} `}It listens on the socket \`${facts.upstream}\`: let its mode keep others out (\`0660\`, with a group for Gatehouse and NGINX alone).`,
      beware: 'Whoever may connect to the socket can send the headers too and be anyone.',
    }
  const away = `It runs on another machine than Gatehouse: let a firewall there take connections to port \`${at.port}\` from \`${MACHINE}\` alone.`
  const list = `The list must show \`127.0.0.1:${at.port}\` or \`[::1]:${at.port}\`, and no \`0.0.0.0\`, \`[::]\` or \`*\`. A container's port is published as \`127.0.0.1:${at.port}:…\`; the app sees the address of the container network's gateway then, which takes the place of \`127.0.0.1\` in its list of trusted proxies.`
  const text = [how, local ? undefined : away].filter(each => each !== undefined).join(' ')
  return {
    title: 'See that nobody else reaches it',
    ...(text === '' ? {} : { text }),
    commands: [`ss -ltn 'sport = :${at.port}'`],
    beware: `Whoever reaches the port can send the headers too and be anyone.${local ? ` ${list}` : ''}`,
  }
}

/** What to add to gatehouse.yml so that programs with keys of the app itself reach these paths without a login at the portal. */
export function ownKeys(facts: HeaderFacts, paths: readonly string[], words: string): Step {
  const resources = paths.map(path => `'^${path}'`).join(', ')
  return {
    title: 'Programs without a browser',
    text: `${words} If you use such programs, open these paths for them; what they send is then checked by the app alone, and no identity header is sent where nobody is logged in.`,
    file: {
      path: 'gatehouse.yml',
      language: 'yaml',
      content: `apps:\n  ${facts.name}:\n    rules:\n      - { resources: [${resources}], policy: bypass }\n`,
    },
    beware:
      'Then everyone on the internet reaches these paths of the app: a hole in its own check of keys is a hole in your gate. And once a rule looks at the path, an address that two programs could read differently (`%2F`, `//`, `..`) is refused. Leave the rule out if you use no such program.',
  }
}
