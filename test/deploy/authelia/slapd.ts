/** A real directory (OpenLDAP), and Authelia's filters with their placeholders filled in as its source does. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import { freePort } from '../../../src/demo/port.ts'
import type { Directory } from '../../../src/deploy/authelia/ldap.ts'
import { find, start } from '../../support/programs.ts'

export const PASSWORD = 'what-authelia-reads-with'

const person = (uid: string, dn: string, more = ''): string => `dn: ${dn}
objectClass: inetOrgPerson
uid: ${uid}
cn: ${uid} of Example
sn: Example
displayName: ${uid} Example
mail: ${uid.replaceAll(/\W/g, '')}@example.com
${more}
`
const group = (cn: string, dn: string, ...members: readonly string[]): string => `dn: ${dn}
objectClass: groupOfNames
cn: ${cn}
${members.map(member => `member: ${member}\n`).join('')}
`
const ALICE = 'uid=alice,ou=people,dc=example,dc=com'
/** Whose name means something else in a filter, unless it is escaped (RFC 4515). */
const STAR = 'uid=b*b (it),ou=people,dc=example,dc=com'

const LDIF = `dn: dc=example,dc=com
objectClass: dcObject
objectClass: organization
o: Example
dc: example

${['people', 'groups'].map(ou => `dn: ou=${ou},dc=example,dc=com\nobjectClass: organizationalUnit\nou: ${ou}\n`).join('\n')}
${person('authelia', 'uid=authelia,ou=people,dc=example,dc=com', `userPassword: ${PASSWORD}\n`)}
${person('alice', ALICE)}
${person('b*b (it)', STAR)}
${group('staff', 'cn=staff,ou=groups,dc=example,dc=com', ALICE, STAR)}
${group('board', 'cn=board,ou=groups,dc=example,dc=com', ALICE)}
${group('sales, emea', 'cn=sales\\, emea,ou=groups,dc=example,dc=com', STAR)}
`

/** Starts it on a port of its own; it ends with the test. */
export async function openSlapd(t: Test): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-slapd-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  const [conf, ldif, data] = ['slapd.conf', 'house.ldif', 'data'].map(name => join(folder, name)) as [
    string,
    string,
    string,
  ]
  mkdirSync(data)
  writeFileSync(ldif, LDIF)
  const schemas = ['core', 'cosine', 'inetorgperson', 'nis'].map(
    name => `include /etc/ldap/schema/${name}.schema`,
  )
  writeFileSync(
    conf,
    `${schemas.join('\n')}
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile ${folder}/slapd.pid
database mdb
maxsize 10485760
suffix "dc=example,dc=com"
rootdn "cn=root,dc=example,dc=com"
directory ${data}
access to attrs=userPassword by anonymous auth by * none
access to * by users read by * none
`,
  )
  const filled = spawnSync(find('slapadd') ?? '', ['-f', conf, '-l', ldif], { encoding: 'utf8' })
  if (filled.status !== 0) throw new Error(filled.stderr)
  const port = await freePort(0)
  const server = start(t, find('slapd') ?? '', ['-d', 'stats', '-f', conf, '-h', `ldap://127.0.0.1:${port}`])
  await server.says(/slapd starting/)
  return port
}

/** go-ldap's EscapeFilter: RFC 4515, and every byte that is no ASCII. */
const escapeFilter = (text: string): string =>
  [...Buffer.from(text)]
    .map(byte =>
      byte > 0x7f || '\0()*\\'.includes(String.fromCharCode(byte))
        ? `\\${byte.toString(16).padStart(2, '0')}`
        : String.fromCharCode(byte),
    )
    .join('')

/** Placeholders as internal/authentication/ldap_user_provider.go of Authelia 4.39.20 fills them in. */
export function fill(
  filter: string,
  { attributes }: Directory,
  values: Readonly<Record<string, string>>,
): string {
  const now = new Date()
  const names: Record<string, string | undefined> = {
    distinguished_name_attribute: attributes.distinguished_name,
    username_attribute: attributes.username,
    display_name_attribute: attributes.display_name,
    mail_attribute: attributes.mail,
    member_of_attribute: attributes.member_of,
    'date-time:generalized': `${now.toISOString().replaceAll(/[-:T]|\.\d+Z$/g, '')}.0Z`,
    'date-time:unix': String(Math.floor(now.getTime() / 1000)),
    'date-time:microsoft-nt': String((BigInt(now.getTime()) + 11_644_473_600_000n) * 10_000n),
    ...Object.fromEntries(Object.entries(values).map(([key, value]) => [key, escapeFilter(value)])),
  }
  return filter.replaceAll(/\{([\w:-]+)\}/g, (whole, name: string) => names[name] ?? whole)
}
