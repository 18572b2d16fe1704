/** The provider's parts by themselves: what is kept, and for how long; flows in addresses; who people are. */

import { randomBytes } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openDecisions } from '../../../src/portal/oidc/decisions.ts'
import { type Flow, openFlows } from '../../../src/portal/oidc/flow.ts'
import { asAuthelia } from '../../../src/portal/oidc/redirect.ts'
import { openStore } from '../../../src/portal/oidc/store.ts'
import { openSubjects, SubjectsFileError, uuid } from '../../../src/portal/oidc/subjects.ts'

t.test('the store is bounded, by kind, by user and by login', async t => {
  let now = 0
  const store = openStore(
    () => now,
    () => undefined,
    400,
  )
  const grants = store.adapter('Grant')
  const tokens = store.adapter('AccessToken')
  const pushed = store.adapter('PushedAuthorizationRequest')
  for (let n = 0; n < 250; n++) await grants.upsert(`a${n}`, { accountId: 'alice' }, 60)
  t.equal(store.size, 100, "alice's oldest grants ended")
  await grants.upsert('b', { accountId: 'bob' }, 60)
  for (let n = 0; n < 80; n++) await tokens.upsert(`t${n}`, { grantId: 'b' }, 60)
  t.equal(store.size, 121, 'twenty tokens of one login')
  for (let n = 0; n < 1200; n++) await pushed.upsert(`p${n}`, {}, 60)
  t.ok(store.size <= 400)
  now = 61_000
  t.equal(store.peek('Grant', 'b'), undefined, 'and everything ends')
})

t.test('a grant takes its tokens along', async t => {
  const store = openStore(
    () => 0,
    () => undefined,
  )
  await store.adapter('Grant').upsert('g', { accountId: 'alice' }, 60)
  await store.adapter('AccessToken').upsert('t', { grantId: 'g' }, 60)
  await store.adapter('RefreshToken').upsert('r', { grantId: 'g' }, 60)
  await store.adapter('AccessToken').revokeByGrantId('g')
  t.ok(store.peek('RefreshToken', 'r'), 'each kind by itself, as the library asks')
  await store.adapter('Grant').destroy('g')
  t.equal(store.size, 0)
  await store.adapter('Session').upsert('s', { uid: 'u' }, 60)
  t.equal(store.size, 0, 'sessions belong to the portal')
})

const FLOW: Flow = {
  id: 'one',
  since: 0,
  query: 'client_id=cloud',
  client: 'cloud',
  returnsTo: 'https://cloud.example.test/cb',
  scopes: ['openid'],
  consent: false,
}

t.test('a flow is what was sealed here, for its use and its time', async t => {
  let now = 0
  const flows = openFlows(() => now, randomBytes)
  const sealed = flows.seal(FLOW)
  t.strictSame(flows.open(sealed), FLOW)
  t.equal(openFlows(() => now, randomBytes).open(sealed), undefined, 'of another process')
  const begun = flows.sealBegun(FLOW)
  t.match(flows.openBegun(begun, FLOW.query), { id: 'one', since: 0 })
  t.equal(flows.openBegun(begun, 'client_id=other'), undefined)
  t.equal(flows.openBegun(sealed, FLOW.query), undefined, 'one is not the other')
  t.equal(flows.open(begun), undefined)
  for (let at = 0; at < sealed.length; at += 7) {
    const other = sealed[at] === 'A' ? 'B' : 'A'
    t.equal(flows.open(`${sealed.slice(0, at)}${other}${sealed.slice(at + 1)}`), undefined)
  }
  for (const text of [undefined, '', 'x', 'A'.repeat(5000)]) t.equal(flows.open(text), undefined)
  now = 600_000
  t.equal(flows.open(sealed), undefined)
})

t.test('an answer belongs to who gave it, for that login', async t => {
  let now = 0
  const decisions = openDecisions(() => now)
  decisions.set('flow', 'alice', true)
  t.equal(decisions.find('flow', 'bob'), undefined)
  t.equal(decisions.find('flow', 'alice'), true)
  for (let n = 0; n < 50; n++) decisions.set(`flow ${n}`, 'bob', true)
  t.equal(decisions.find('flow', 'alice'), true, 'nobody pushes it out')
  t.ok(decisions.size <= 21)
  now = 600_001
  t.equal(decisions.find('flow', 'alice'), undefined)
})

t.test('subjects: the same for ever, in a file that Authelia can import', async t => {
  const file = join(t.testdir(), 'subjects.json')
  const subjects = await openSubjects(file, randomBytes)
  const [alice, again, bob] = await Promise.all(['alice', 'alice', 'bob'].map(user => subjects.of(user)))
  t.equal(alice, again)
  t.not(alice, bob)
  t.equal(subjects.userOf(alice ?? ''), 'alice')
  t.equal(statSync(file).mode & 0o777, 0o600)
  const { identifiers } = JSON.parse(readFileSync(file, 'utf8'))
  t.match(identifiers[0], { service: 'openid', sector_id: '', username: 'alice', identifier: alice })
  t.equal(await (await openSubjects(file, randomBytes)).of('bob'), bob, 'after a restart')
  for (const text of ['', '{}', '{"identifiers":[{"service":"openid","username":"x","identifier":"x"}]}']) {
    writeFileSync(file, text)
    await t.rejects(openSubjects(file, randomBytes), SubjectsFileError)
  }
  t.match(uuid(randomBytes), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

t.test('what an app has in its address stays as it is, and ours come behind, in order', async t => {
  const own = 'https://a.test/cb?x=%2F&y=a+b'
  t.equal(asAuthelia(`${own}&state=s&code=c&iss=i`, undefined), `${own}&code=c&iss=i&state=s`)
  t.equal(
    asAuthelia('https://a.test/cb#state=s&id_token=t', undefined),
    'https://a.test/cb#id_token=t&state=s',
  )
  t.match(asAuthelia('app:/cb?error=invalid_scope&scope=phone', undefined), /scope\+%27phone%27/)
})
