/** In what one redirect URI differs from another, in words that say where to change it. */
import type { OidcApp } from '../../config/model-oidc.ts'
import { type Finding, fault } from '../types.ts'

interface Difference {
  readonly what: string
  readonly do: string
}

const portOf = ({ port, protocol }: URL): string => port || (protocol === 'https:' ? '443' : '80')

/** The first difference that a person would see. @param sent by the app  @param listed of its client  @param text what was sent, as it came */
export function difference(sent: URL, listed: URL, text = sent.href): Difference {
  if (sent.protocol !== listed.protocol)
    return {
      what: `the scheme is ${sent.protocol.slice(0, -1)}`,
      do: 'The app does not know that browsers come by https: let it trust X-Forwarded-Proto of the proxy in front of it, or set its public address (Nextcloud: overwriteprotocol).',
    }
  if (sent.hostname !== listed.hostname)
    return {
      what: `the host is ${sent.hostname}`,
      do: 'Correct the public address in the app (often called root URL, base URL or overwrite host), and let the proxy pass Host on.',
    }
  if (sent.port !== listed.port) {
    const missing = sent.port === ''
    return {
      what: missing ? `the port :${portOf(listed)} is missing` : `the port is :${portOf(sent)}`,
      do: `If browsers open it at ${sent.origin}, write that as its url in gatehouse.yml and run gatehouse apply; if they open it at ${listed.origin}, correct the public address in the app, or let the proxy in front of it pass the port on (Host $http_host).`,
    }
  }
  const [there, here] = [sent.pathname, listed.pathname]
  // Of an origin alone, URL has a slash either way: what was sent says which.
  const bare = sent.href === listed.href
  if (bare || (there !== here && there.replace(/\/$/, '') === here.replace(/\/$/, '')))
    return {
      what: (bare ? text : there).endsWith('/')
        ? 'there is a slash at the end'
        : 'the slash at the end is missing',
      do: 'Write the redirect URI in the app with or without the slash as its client has it.',
    }
  if (there === `/index.php${here}`)
    return {
      what: '/index.php/ stands in it',
      do: 'The app makes no pretty addresses. Nextcloud: set overwrite.cli.url and htaccess.RewriteBase, then run occ maintenance:update:htaccess; or choose the setting with /index.php/ in gatehouse.yml and run gatehouse apply.',
    }
  if (`/index.php${there}` === here)
    return {
      what: '/index.php/ is missing in it',
      do: 'The app makes pretty addresses now: choose the setting without /index.php/ in gatehouse.yml and run gatehouse apply.',
    }
  if (there !== here && there.toLowerCase() === here.toLowerCase())
    return { what: 'small and capital letters differ', do: 'Write them in the app as its client has them.' }
  return {
    what: there === here ? `what follows the path differs: "${sent.search}"` : `the path is ${there}`,
    do: "Compare the kind and the settings below oidc_apps with the app: a provider's name in it may be part of the path.",
  }
}

/** How alike two addresses are: the number of letters that they begin and end with together. */
function likeness(one: string, other: string): number {
  let start = 0
  while (start < one.length && one[start] === other[start]) start++
  let end = 0
  while (end < one.length - start && one.at(-1 - end) === other.at(-1 - end)) end++
  return start + end
}

/** @param sent as the app sends it */
export function uriFault(app: OidcApp, sent: string): Finding | undefined {
  const listed = app.client.redirect_uris
  if (listed.includes(sent)) return undefined
  const [closest = ''] = [...listed].sort((one, other) => likeness(other, sent) - likeness(one, sent))
  const [there, here] = [URL.parse(sent), URL.parse(closest)]
  const why =
    'The portal compares them character by character and refuses the login: "redirect_uri does not match".'
  if (there === null || here === null)
    return fault(app.host, {
      saw: `${app.name} asks to come back to "${sent}"; its client allows ${listed.join(', ') || 'nothing'}.`,
      why,
      do: `gatehouse apps show ${app.name} prints what to type into the app.`,
    })
  const { what, do: advice } = difference(there, here, sent)
  return fault(app.host, {
    saw: `${app.name} asks to come back to ${sent}, and its client allows ${closest}: ${what}.`,
    why,
    do: advice,
  })
}
