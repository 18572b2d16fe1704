/** What does not fit together between an app and its configuration. */
import type { Client, HeaderFacts, HeaderKind } from '../types.ts'

/** @returns nothing where all is well */
export function oidcWarnings(client: Client): string[] {
  const warnings: string[] = []
  if (client.redirect_uris.length === 0)
    warnings.push('No redirect URI is known: the login cannot come back. Write `client.redirect_uris`.')
  if (client.policy === 'deny')
    warnings.push('Its policy is `deny`: nobody can log in to it until that is changed.')
  return warnings
}

/** Whether only this machine reaches the address: loopback or a unix socket. */
export const isLocal = (upstream: string): boolean =>
  /^(unix:|https?:\/\/(127(\.\d{1,3}){3}|localhost|\[::1\])(:|\/|$))/i.test(upstream)

/** @returns nothing where all is well */
export function headerWarnings(entry: HeaderKind, facts: HeaderFacts): string[] {
  const warnings: string[] = []
  const sent = Object.entries(facts.identity_headers)
  if (!isLocal(facts.upstream))
    warnings.push(
      `It listens at \`${facts.upstream}\`, on another machine: whoever reaches that address can send the headers too and be anyone. Let a firewall there pass this machine alone.`,
    )
  const unread = unreadHeaders(entry, facts.identity_headers)
  if (unread !== undefined) warnings.push(unread)
  if (!sent.some(([, what]) => what === 'user' || what === 'email'))
    warnings.push('No header carries the user or the address: the app cannot know who is there.')
  if (facts.policy === 'bypass')
    warnings.push(
      'Its policy is `bypass`: strangers pass without a name, and meet the login page of the app itself.',
    )
  if (facts.policy === 'deny' && facts.ruled !== true)
    warnings.push('Its policy is `deny` and no rule says otherwise: nobody gets in.')
  if (entry.clients === 'gate' && (facts.policy === 'two_factor' || facts.basic !== 'authelia'))
    warnings.push(clientsShutOut(entry, facts))
  return warnings
}

/** What is wrong where the app reads certain names alone and none of them is sent; undefined where all is well. */
export function unreadHeaders(entry: HeaderKind, sent: HeaderFacts['identity_headers']): string | undefined {
  const names = new Set(Object.keys(sent).map(name => name.toLowerCase()))
  const read = Object.keys(entry.reads ?? {})
  if (read.length === 0 || read.some(name => names.has(name.toLowerCase()))) return undefined
  return `${entry.title} reads no other header than ${read.map(name => `\`${name}\``).join(' or ')}, and none of these is sent.`
}

function clientsShutOut(entry: HeaderKind, facts: HeaderFacts): string {
  const who = `Programs that speak to ${entry.title} without a browser (phones, calendars, scripts)`
  if (facts.policy === 'two_factor')
    return `${who} cannot show a second factor, which \`policy: two_factor\` asks for. With \`one_factor\` and \`basic: authelia\` they send user and password.`
  return `${who} cannot log in at the portal. With \`basic: authelia\` they send user and password, which Authelia checks.`
}
