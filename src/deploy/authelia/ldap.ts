/**
 * What each directory server calls things, and how users and groups are found in it: Authelia's own values
 * (4.39.20, internal/configuration/schema/authentication.go), written out so that their owner sees them.
 */
import type { Deploy } from '../../config/model-oidc.ts'

export type LdapSettings = NonNullable<Deploy['users']['ldap']>
type Implementation = LdapSettings['implementation']

export interface Attributes {
  readonly distinguished_name?: string
  readonly username: string
  readonly display_name: string
  readonly family_name?: string
  readonly given_name?: string
  readonly mail: string
  readonly member_of?: string
  readonly group_name: string
}

interface Shape {
  readonly additional_users_dn?: string
  readonly additional_groups_dn?: string
  readonly users_filter: string
  readonly groups_filter: string
  readonly attributes: Attributes
}

const POSIX: Attributes = {
  username: 'uid',
  display_name: 'displayName',
  mail: 'mail',
  member_of: 'memberOf',
  group_name: 'cn',
}
const WHO = '(|({username_attribute}={input})({mail_attribute}={input}))'

export const SHAPES: Readonly<Record<Implementation, Shape>> = {
  // Authelia has no filters for `custom`: these find what any directory after RFC 4519 has.
  custom: {
    users_filter: `(&${WHO}(objectClass=inetOrgPerson))`,
    groups_filter:
      '(&(|(member={dn})(uniqueMember={dn}))(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)))',
    attributes: { username: 'uid', display_name: 'displayName', mail: 'mail', group_name: 'cn' },
  },
  activedirectory: {
    users_filter: `(&${WHO}(sAMAccountType=805306368)(!(userAccountControl:1.2.840.113556.1.4.803:=2))(!(pwdLastSet=0))(|(!(accountExpires=*))(accountExpires=0)(accountExpires>={date-time:microsoft-nt})))`,
    groups_filter: '(&(member={dn})(|(sAMAccountType=268435456)(sAMAccountType=536870912)))',
    attributes: {
      distinguished_name: 'distinguishedName',
      username: 'sAMAccountName',
      display_name: 'displayName',
      family_name: 'sn',
      given_name: 'givenName',
      mail: 'mail',
      member_of: 'memberOf',
      group_name: 'cn',
    },
  },
  rfc2307bis: {
    users_filter: `(&${WHO}(|(objectClass=inetOrgPerson)(objectClass=organizationalPerson)))`,
    // Authelia adds (!(pwdReset=TRUE)), which no group has: an OpenLDAP without its ppolicy overlay does not know
    // the attribute, and then finds no group at all (RFC 4511, 4.5.1.7: Undefined).
    groups_filter:
      '(&(|(member={dn})(uniqueMember={dn}))(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)(objectClass=groupOfMembers)))',
    attributes: POSIX,
  },
  freeipa: {
    users_filter: `(&${WHO}(objectClass=person)(!(nsAccountLock=TRUE))(krbPasswordExpiration>={date-time:generalized})(|(!(krbPrincipalExpiration=*))(krbPrincipalExpiration>={date-time:generalized})))`,
    groups_filter: '(&(member={dn})(objectClass=groupOfNames))',
    attributes: { ...POSIX, family_name: 'sn', given_name: 'givenName' },
  },
  lldap: {
    additional_users_dn: 'OU=people',
    additional_groups_dn: 'OU=groups',
    users_filter: `(&${WHO}(objectClass=person))`,
    groups_filter: '(&(member={dn})(objectClass=groupOfUniqueNames))',
    attributes: { ...POSIX, display_name: 'cn' },
  },
  glauth: {
    users_filter: `(&${WHO}(objectClass=posixAccount)(!(accountStatus=inactive)))`,
    groups_filter: '(&(uniqueMember={dn})(objectClass=posixGroup))',
    attributes: { ...POSIX, username: 'cn', display_name: 'description' },
  },
}

/** `authentication_backend.ldap` as it is rendered, in Authelia's order of keys. */
export function directoryOf(ldap: LdapSettings) {
  const { address, implementation, base_dn, user, users_filter, groups_filter, start_tls } = ldap
  const shape = SHAPES[implementation]
  return {
    address: address.address,
    implementation,
    timeout: '5s',
    start_tls,
    tls: { server_name: address.host, minimum_version: 'TLS1.2' },
    base_dn,
    additional_users_dn: shape.additional_users_dn,
    users_filter: users_filter ?? shape.users_filter,
    additional_groups_dn: shape.additional_groups_dn,
    groups_filter: groups_filter ?? shape.groups_filter,
    group_search_mode: 'filter',
    attributes: shape.attributes,
    user,
  } as const
}
export type Directory = ReturnType<typeof directoryOf>
