import { Client } from 'ldapts'
import t, { type Test } from 'tap'
import { type Directory, SHAPES } from '../../../src/deploy/authelia/ldap.ts'
import { knockAtLdap } from '../../../src/doctor/outside/ldap.ts'
import { without } from '../../support/programs.ts'
import { at, renderedOf } from './rendered.ts'
import { fill, openSlapd, PASSWORD } from './slapd.ts'

const skip = without('slapd', 'slapadd')

function directory(t: Test, port: number, implementation: string) {
  const { house, tree } = renderedOf(
    t,
    `{ users: { ldap: { address: "ldap://127.0.0.1:${port}", implementation: ${implementation}, base_dn: "dc=example,dc=com", user: "uid=authelia,ou=people,dc=example,dc=com", password: { file: ldap } } } }`,
  )
  const settings = house.config.deploy.users.ldap
  if (settings === undefined) throw new Error('no directory')
  return { settings, ldap: at(tree, 'authentication_backend', 'ldap') as unknown as Directory }
}

/** Somebody and their groups, asked for as Authelia asks. */
async function lookUp(ldap: Directory, input: string) {
  const client = new Client({ url: ldap.address, timeout: 5000, connectTimeout: 5000 })
  try {
    await client.bind(ldap.user, PASSWORD)
    const search = async (below: string | undefined, filter: string, attributes: string[]) => {
      const base = below === undefined ? ldap.base_dn : `${below},${ldap.base_dn}`
      return (await client.search(base, { scope: 'sub', filter, attributes })).searchEntries
    }
    const { username, display_name, mail, group_name } = ldap.attributes
    const filter = fill(ldap.users_filter, ldap, { input })
    const [user, ...others] = await search(ldap.additional_users_dn, filter, [username, display_name, mail])
    if (user === undefined) return undefined
    if (others.length > 0) throw new Error(`${others.length + 1} users are ${input}`)
    const groups = await search(
      ldap.additional_groups_dn,
      fill(ldap.groups_filter, ldap, { dn: user.dn, username: String(user[username]), input }),
      [group_name],
    )
    return {
      name: user[username],
      displayname: user[display_name],
      mail: user[mail],
      groups: groups.map(each => String(each[group_name])).sort(),
    }
  } finally {
    await client.unbind()
  }
}

t.test('a real directory', { skip }, async t => {
  const port = await openSlapd(t)

  for (const kind of ['custom', 'rfc2307bis'])
    t.test(`${kind}: users by name and mail, with their groups`, async t => {
      const { ldap } = directory(t, port, kind)
      const alice = {
        name: 'alice',
        displayname: 'alice Example',
        mail: 'alice@example.com',
        groups: ['board', 'staff'],
      }
      t.match(await lookUp(ldap, 'alice'), alice)
      t.match(await lookUp(ldap, 'alice@example.com'), alice)
      t.match(await lookUp(ldap, 'b*b (it)'), { name: 'b*b (it)', groups: ['sales, emea', 'staff'] })
      for (const nobody of ['mallory', '*', 'alice)(uid=*', 'b*b', ''])
        t.equal(await lookUp(ldap, nobody), undefined, JSON.stringify(nobody))
    })

  for (const kind of Object.keys(SHAPES))
    t.test(`${kind}: its filters are understood`, async t => {
      const { ldap } = directory(t, port, kind)
      for (const filter of [ldap.users_filter, ldap.groups_filter]) {
        const whole = fill(filter, ldap, { input: 'alice', dn: 'uid=alice,ou=people,dc=example,dc=com' })
        t.notMatch(whole, /[{}]/, 'nothing is left to fill in')
        const client = new Client({ url: ldap.address, timeout: 5000 })
        await client.bind(ldap.user, PASSWORD)
        await t.resolves(client.search(ldap.base_dn, { scope: 'sub', filter: whole }))
        await client.unbind()
      }
    })

  t.test('the doctor sees what Authelia would see, group names with a comma among it', async t => {
    const { settings } = directory(t, port, 'rfc2307bis')
    const options = { patience: 5000, trust: [] }
    const seen = await knockAtLdap(settings, PASSWORD, options)
    t.match(seen, { users: 3, groups: ['staff', 'board', 'sales, emea'] })
    t.match(await knockAtLdap(settings, 'wrong', options), { step: 'bind' })
    t.match(await knockAtLdap(settings, '', options), { code: 'EMPTY' }, 'an anonymous bind is none')
  })
})
