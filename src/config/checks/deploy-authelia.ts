import { isMap, parseDocument } from 'yaml'
import { isLoopback } from '../../lib/address.ts'
import type { Path } from '../fault.ts'
import type { FileDeploy } from '../schema/deploy.ts'
import type { Checking } from './checking.ts'
import { readText } from './read-text.ts'

/** `Name <user@host>` or the address alone, as Authelia's schema has it. */
const sender = /^(?:[^<]+\s<[\w.~!#$%&'*/=?^{|}+-]+@[a-zA-Z0-9.-]+>|[\w.~!#$%&'*/=?^{|}+-]+@[a-zA-Z0-9.-]+)$/

type Ldap = NonNullable<FileDeploy['users']['ldap']>

/** What Authelia would refuse, or never do, of the configuration that is rendered for it. */
export function checkAutheliaDeploy(checking: Checking): void {
  const { deploy, authelia } = checking.file
  if (deploy === undefined || authelia === undefined) return
  const { mail, users } = deploy
  if (mail !== undefined && !sender.test(mail.sender))
    checking.fault(
      ['deploy', 'mail', 'sender'],
      'Authelia wants an address here, or a name and an address.',
      `Authelia <auth@${checking.file.domain ?? 'example.com'}>`,
    )
  if (users.ldap !== undefined) checkLdap(checking, users.ldap)
  checkFactors(checking)
}

function checkLdap(checking: Checking, ldap: Ldap): void {
  const at = ['deploy', 'users', 'ldap']
  checkFilter(checking, [...at, 'users_filter'], ldap.users_filter, ['{username_attribute}', '{input}'])
  checkFilter(checking, [...at, 'groups_filter'], ldap.groups_filter, [])
  const secure = ldap.address.scheme === 'ldaps'
  if (secure && ldap.start_tls)
    checking.fault([...at, 'start_tls'], 'An ldaps:// connection has TLS already.', 'false')
  const near = ldap.address.host === 'localhost' || isLoopback(ldap.address.host)
  if (!secure && !ldap.start_tls && !near)
    checking.warn(
      [...at, 'address'],
      'Without TLS every password that somebody types goes over the network in the clear.',
      `ldaps://${ldap.address.host}`,
    )
}

/** internal/configuration/validator/authentication.go of Authelia 4.39.20. */
function checkFilter(
  checking: Checking,
  path: Path,
  filter: string | undefined,
  wanted: readonly string[],
): void {
  if (filter === undefined) return
  const old = /\{[01]\}/.exec(filter)?.[0]
  const missing = wanted.filter(name => !filter.includes(name))
  if (old !== undefined)
    checking.fault(path, `Authelia no longer fills in "${old}".`, old === '{0}' ? '{input}' : '{username}')
  else if (missing.length > 0)
    checking.fault(
      path,
      `Authelia wants ${missing.map(name => `"${name}"`).join(' and ')} in this filter.`,
      `(&(${wanted.join('=')})(objectClass=person))`,
    )
  else if (!/^\(.*\)$/s.test(filter))
    checking.fault(
      path,
      'A filter stands in parentheses (RFC 4515).',
      `(${filter.replace(/^\(/, '').replace(/\)$/, '')})`,
    )
}

/** A second factor that nobody can have would shut everyone out. */
function checkFactors({ file, fault }: Checking): void {
  const { totp, webauthn, duo } = file.deploy?.second_factor ?? { totp: true }
  if (totp || webauthn || duo !== undefined) return
  const wanting = [
    ...Object.entries(file.apps ?? {}).filter(
      ([, app]) => app.policy === 'two_factor' || app.rules.some(({ policy }) => policy === 'two_factor'),
    ),
    ...Object.entries(file.oidc_apps ?? {}).filter(([, app]) => app.policy === 'two_factor'),
  ].map(([name]) => name)
  if (wanting.length === 0) return
  const message = `Nobody could ever open ${wanting.join(', ')}: two factors are wanted, and there is no second one.`
  fault(['deploy', 'second_factor'], message, 'totp: true', 'key')
}

/** The file that Authelia shall read beside the rendered one. */
export function checkAutheliaMore(checking: Checking): void {
  const written = checking.file.deploy?.authelia_more
  if (written === undefined) return
  const path = ['deploy', 'authelia_more']
  const text = readText(checking, path, written)
  if (text === undefined) return
  const { errors, contents } = parseDocument(text, { prettyErrors: false })
  const [error] = errors
  if (error !== undefined)
    checking.fault(path, 'This file is no YAML that Authelia could read.', `a mend: ${error.message}`)
  else if (contents !== null && !isMap(contents))
    checking.fault(path, 'Authelia wants keys and values in this file.', 'theme: dark')
}
