/** The directory check against a real slapd. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { freePort } from '../../src/demo/port.ts'
import { ldap } from '../../src/doctor/checks/ldap.ts'
import { realOutside } from '../../src/doctor/real.ts'
import { examine } from '../../src/doctor/run.ts'
import { find, start, without } from '../support/programs.ts'
import { configOf } from './house.ts'

const PASSWORD = 'a-directory-password-nobody-knows'

const LDIF = `dn: dc=example,dc=com
objectClass: domain
dc: example

dn: uid=alice,dc=example,dc=com
objectClass: inetOrgPerson
cn: Alice
sn: A

dn: cn=family,dc=example,dc=com
objectClass: groupOfNames
member: uid=alice,dc=example,dc=com
`

/** @param more entries beside alice and her family */
async function directory(t: Test, more = ''): Promise<number> {
  const folder = t.testdir()
  const [file, data] = [join(folder, 'slapd.conf'), join(folder, 'data')]
  mkdirSync(data)
  const schemas = ['core', 'cosine', 'inetorgperson'].map(name => `include /etc/ldap/schema/${name}.schema\n`)
  writeFileSync(
    file,
    `${schemas.join('')}modulepath /usr/lib/ldap\nmoduleload back_mdb\ndatabase mdb\nsuffix "dc=example,dc=com"\nrootdn "cn=admin,dc=example,dc=com"\nrootpw ${PASSWORD}\ndirectory ${data}\n`,
  )
  const added = spawnSync(find('slapadd') ?? 'slapadd', ['-f', file], {
    input: `${LDIF}${more}`,
    encoding: 'utf8',
  })
  if (added.status !== 0) throw new Error(added.stderr)
  const port = await freePort(0)
  const slapd = start(t, find('slapd') ?? 'slapd', [
    '-f',
    file,
    '-h',
    `ldap://127.0.0.1:${port}`,
    '-d',
    '256',
  ])
  await slapd.says(/slapd starting/)
  // It says so a moment before it listens.
  const { connect } = realOutside(Date.now, 0)
  for (let tries = 0; tries < 250 && (await connect({ address: '127.0.0.1', port })) !== true; tries++)
    await setTimeout(20)
  return port
}

async function look(t: Test, port: number, password = PASSWORD, base = 'dc=example,dc=com') {
  const folder = t.testdir({
    password: `${password}\n`,
    'gatehouse.yml': `domain: example.com
authelia: { url: http://127.0.0.1:9091 }
deploy:
  users:
    ldap: { address: 'ldap://127.0.0.1:${port}', base_dn: '${base}', user: 'cn=admin,dc=example,dc=com', password: { file: password } }
apps: { cams: { upstream: 'http://127.0.0.1:8080' } }
`,
  })
  const config = configOf(join(folder, 'gatehouse.yml'))
  const outside = { ...realOutside(Date.now, 0), trusted: () => [] }
  const { results } = await examine([ldap], { config, outside, versions: { gatehouse: '', node: '' } })
  t.notMatch(JSON.stringify(results), /nobody-knows/)
  return results[0]?.findings
}

t.test('a directory that gives users and groups', { skip: without('slapd', 'slapadd') }, async t => {
  const port = await directory(t)
  await t.test('fine', async t => {
    t.match(await look(t, port), [{ level: 'ok', saw: '1 users, 1 groups' }])
  })
  await t.test('another password', async t => {
    const found = await look(t, port, 'wrong-nobody-knows')
    t.match(found, [{ level: 'fault', saw: /refuses the user that Authelia comes as/ }])
  })
  await t.test('another base', async t => {
    const found = await look(t, port, PASSWORD, 'dc=example,dc=org')
    t.match(found, [{ level: 'fault', saw: /finds nothing where Authelia looks/ }])
  })
  await t.test('nobody there', async t => {
    t.match(await look(t, await freePort(0)), [{ level: 'fault', saw: /cannot be reached: nothing listens/ }])
  })
})

t.test('a group with a comma', { skip: without('slapd', 'slapadd') }, async t => {
  const group =
    'dn: cn=a\\2Cb,dc=example,dc=com\nobjectClass: groupOfNames\nmember: uid=alice,dc=example,dc=com\n'
  const port = await directory(t, `\n${group}`)
  await t.test('is named', async t => {
    t.match(await look(t, port), [{ level: 'warning', saw: /"a,b"/ }])
  })
})
