/** A directory server, as Authelia would use it. */
import type { ConnectionOptions } from 'node:tls'
import { Client } from 'ldapts'
import type { Deploy } from '../../config/model-oidc.ts'
import { type Failure, failure } from '../outside.ts'

export type LdapStep = 'connect' | 'bind' | 'search'
type Ldap = NonNullable<Deploy['users']['ldap']>

export interface Directory {
  /** How many users were found, at most 500. */
  readonly users: number
  readonly groups: readonly string[]
}

const MOST = 500
/** What people and groups are in the programs that Authelia knows. */
const PEOPLE =
  '(|(objectClass=inetOrgPerson)(objectClass=person)(objectClass=user)(objectClass=posixAccount))'
const GROUPS =
  '(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)(objectClass=group)(objectClass=posixGroup)(objectClass=groupOfEntries))'

/** The library waits for a handshake without end. */
async function startTls(client: Client, options: ConnectionOptions, patience: number): Promise<void> {
  const ending = new AbortController()
  const timer = setTimeout(() => ending.abort(), patience)
  try {
    // net.Socket's own option, which the types of node:tls leave out.
    const bounded: ConnectionOptions & { readonly signal: AbortSignal } = {
      ...options,
      signal: ending.signal,
    }
    await client.startTLS(bounded)
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Connects, binds and searches, within `patience` milliseconds a step.
 * @param trust certificates in PEM
 */
export async function knockAtLdap(
  { address, base_dn, user, start_tls }: Ldap,
  password: string,
  { patience, trust }: { readonly patience: number; readonly trust: readonly string[] },
): Promise<Directory | (Failure & { readonly step: LdapStep })> {
  const tls = { ca: [...trust] }
  const client = new Client({
    url: address.address,
    timeout: patience,
    connectTimeout: patience,
    ...(address.scheme === 'ldaps' ? { tlsOptions: tls } : {}),
  })
  let step: LdapStep = 'connect'
  try {
    if (start_tls) await startTls(client, { ...tls, servername: address.host }, patience)
    step = 'bind'
    // An empty password would be an anonymous bind, which succeeds (RFC 4513, 5.1.2).
    if (password === '') return { failed: 'the password is empty', code: 'EMPTY', step }
    await client.bind(user, password)
    step = 'search'
    const search = async (filter: string, attributes: string[]) =>
      (await client.search(base_dn, { scope: 'sub', filter, attributes, sizeLimit: MOST })).searchEntries
    const [people, groups] = [await search(PEOPLE, ['1.1']), await search(GROUPS, ['cn'])]
    const names = groups.flatMap(({ cn }) => (Array.isArray(cn) ? cn : [cn]).map(String))
    return { users: people.length, groups: names }
  } catch (error) {
    const found = failure(error)
    const connecting = /^(E[A-Z]+|LIMIT|.*CERT.*)$/.test(found.code) || /imeout|onnect/.test(found.failed)
    const failed = found.failed.replaceAll(password === '' ? '\0' : password, '***')
    return { failed, code: found.code, step: step === 'bind' && connecting ? 'connect' : step }
  } finally {
    await client.unbind().catch(() => {})
  }
}
