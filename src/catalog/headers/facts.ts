/** What the setup of every header app is made of. */
import type { HeaderFacts, IdentityWord, Step } from '../types.ts'

/** The name of the header that carries something; undefined where none does. */
export function headerFor(facts: HeaderFacts, what: IdentityWord): string | undefined {
  return Object.entries(facts.identity_headers).find(([, carried]) => carried === what)?.[0]
}

/** The name of a header as CGI, WSGI and Django have it (RFC 3875, 4.1.18): `HTTP_REMOTE_USER`. */
export const cgiName = (header: string): string => `HTTP_${header.toUpperCase().replaceAll('-', '_')}`

/** Host and port of the upstream, without brackets; undefined for a unix socket. */
export function listening(facts: HeaderFacts): { readonly host: string; readonly port: string } | undefined {
  if (!URL.canParse(facts.upstream) || !/^https?:/.test(facts.upstream)) return undefined
  const { hostname, port, protocol } = new URL(facts.upstream)
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (protocol === 'https:' ? '443' : '80') : port,
  }
}

/** Whether the app listens on this machine alone. */
export function onLoopback(facts: HeaderFacts): boolean {
  const host = listening(facts)?.host
  return host === undefined || host === 'localhost' || host === '::1' || host.startsWith('127.')
}

/** What to write where the address of the machine with Gatehouse is wanted and cannot be known here. */
export const MACHINE = 'ADDRESS-OF-THE-GATEHOUSE-MACHINE'

/** Who may send the headers: this machine by loopback, else the machine on which Gatehouse and NGINX run. */
export const senders = (facts: HeaderFacts): readonly string[] =>
  onLoopback(facts) ? ['127.0.0.1', '::1'] : [MACHINE]

/** The same as networks. */
export const senderNetworks = (facts: HeaderFacts): readonly string[] =>
  senders(facts).map(each => (each === '::1' ? '::1/128' : `${each}/32`))

/** The address on which the app has to listen. */
export const listenHost = (facts: HeaderFacts): string => listening(facts)?.host ?? '127.0.0.1'
export const listenPort = (facts: HeaderFacts, usual: number): string =>
  listening(facts)?.port ?? String(usual)

/** Where signing out goes: it ends the session at the portal too. */
export const signOut = (facts: HeaderFacts): string => `${facts.url}/.gatehouse/sign-out`

/** How to see that the app listens nowhere else; `ss` is of every Debian (iproute2). */
export function onlyHere(facts: HeaderFacts, how: string): Step {
  const port = listening(facts)?.port
  const title = onLoopback(facts) ? 'Let it listen on this machine alone' : 'Let nobody else reach it'
  const away = `It runs on another machine than Gatehouse: let a firewall there take connections from \`${MACHINE}\` alone.`
  return {
    title,
    text: onLoopback(facts) ? how : `${how} ${away}`,
    ...(port === undefined ? {} : { commands: [`ss -ltn 'sport = :${port}'`] }),
    beware: onLoopback(facts)
      ? `Whoever reaches the port can send the headers too and be anyone. The list must show \`127.0.0.1:${port ?? 'PORT'}\` or \`[::1]:${port ?? 'PORT'}\` and no \`0.0.0.0\`, no \`*\`. In Docker: publish it as \`127.0.0.1:${port ?? 'PORT'}:…\`.`
      : 'Whoever reaches the port can send the headers too and be anyone.',
  }
}
