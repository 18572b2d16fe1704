/** What becomes of an open stream when it is asked about again. */
import t from 'tap'
import type { App } from '../../../src/config/model.ts'
import type { Verdict } from '../../../src/session/sessions.ts'
import { ALICE, allow, app, BOB, rule } from '../../authz/way.ts'
import { AWAY, LOGIN, openRig } from './rig.ts'

const R = 5_000

const answers: [what: string, verdict: Verdict, why: string | undefined][] = [
  ['still alice', allow(ALICE), undefined],
  ['alice with a group more', allow({ ...ALICE, groups: [...ALICE.groups, 'new'] }), undefined],
  ['a group that the app was told of is gone', allow({ ...ALICE, groups: ['admins'] }), 'group or rule'],
  ['somebody else', allow(BOB), 'session ended'],
  ['nobody', allow(undefined), 'session ended'],
  ['a rule of Authelia says no', { kind: 'deny' }, 'group or rule'],
  ['malformed', { kind: 'malformed' }, 'group or rule'],
  ['login', LOGIN, 'session ended'],
]

for (const [what, verdict, why] of answers) {
  t.test(`Authelia's answer: ${what}`, async t => {
    const { time, verdicts, open, cuts, streams } = openRig()
    const mine = await open()
    const other = await open({ session: 'bob' })
    verdicts.alice = verdict
    await time.pass(R + 1_000)
    t.equal(mine.client.cut, why !== undefined)
    t.strictSame(cuts(), why === undefined ? [] : [{ why, streams: 1 }])
    t.equal(other.client.cut, false, 'a bystander watches on')
    t.equal(streams.size, why === undefined ? 2 : 1)
  })
}

const reloads: [what: string, apps: App[], cut: boolean][] = [
  ['nothing of it', [app('cams'), app('more')], false],
  ['the app is gone', [app('more')], true],
  ["the host is another app's", [app('other', { hosts: ['cams.example.com'] })], true],
  ['deny', [app('cams', { policy: 'deny' })], true],
  ['a second factor is asked for', [app('cams', { policy: 'two_factor' })], true],
  [
    'a group that she is in',
    [app('cams', { policy: 'deny', rules: [rule({ subjects: [['group:family']], policy: 'one_factor' })] })],
    false,
  ],
  [
    'a group that she is not in',
    [app('cams', { policy: 'deny', rules: [rule({ subjects: [['group:dev']], policy: 'one_factor' })] })],
    true,
  ],
  ['another network', [app('cams', { rules: [rule({ networks: ['192.0.2.0/24'], policy: 'deny' })] })], true],
]

for (const [what, apps, cut] of reloads) {
  t.test(`a reload changes: ${what}`, async t => {
    const { time, open, reload, cuts } = openRig()
    const { client } = await open()
    await time.pass(1_000)
    reload(apps)
    await time.pass(100)
    t.equal(client.cut, cut, 'at once')
    t.strictSame(cuts(), cut ? [{ why: 'reload', streams: 1 }] : [])
    await time.pass(60_000)
    t.equal(client.cut, cut)
  })
}

t.test('a stream that is too young for any group at a reload is asked about soon, too', async t => {
  const { time, open, reload, cuts } = openRig()
  const { client } = await open()
  await time.pass(100)
  reload([app('cams', { policy: 'deny' })])
  await time.pass(1_000)
  t.equal(client.cut, true)
  t.strictSame(cuts(), [{ why: 'reload', streams: 1 }])
})

t.test("a rule that is changed counts while Authelia is away, for nobody's word is needed", async t => {
  const { time, verdicts, open, reload } = openRig()
  const [mine, other] = [await open(), await open({ session: 'bob' })]
  await time.pass(1_000)
  verdicts.alice = verdicts.bob = AWAY
  reload([app('cams', { policy: 'deny', rules: [rule({ subjects: [['user:bob']], policy: 'one_factor' })] })])
  await time.pass(100)
  t.equal(mine.client.cut, true)
  t.equal(other.client.cut, false)
})

t.test("nobody's streams ask nobody, and go by the rules", async t => {
  const opened = (more: Partial<App>) => [app('cams', { policy: 'bypass', ...more })]
  const { time, open, asked, reload } = openRig(opened({}))
  const stranger = await open({ session: '' })
  const dead = await open({ session: 'dead' })
  await time.pass(60_000)
  t.strictSame(asked(), [], 'each question would make Authelia keep a session')
  t.equal(stranger.client.cut || dead.client.cut, false)
  reload(opened({ policy: 'one_factor' }))
  await time.pass(100)
  t.equal(stranger.client.cut && dead.client.cut, true)
  t.strictSame(asked(), [])
})

t.test('who came to an open app as somebody is cut when the session ends', async t => {
  const { time, verdicts, open } = openRig([app('cams', { policy: 'bypass' })])
  const { client } = await open()
  verdicts.alice = AWAY
  await time.pass(R + 100)
  t.equal(client.cut, false, 'not known')
  verdicts.alice = LOGIN
  await time.pass(R)
  t.equal(client.cut, true)
})

t.test('Basic credentials are asked about as they came, and a changed password ends it', async t => {
  const { time, basic, open, asked } = openRig([app('cams', { basic: 'authelia' })], { basic: allow(ALICE) })
  const { client } = await open({ session: '', headers: ['Authorization', 'Basic YTpi'] })
  await time.pass(R)
  t.match(asked(), [{ authorization: 'Basic YTpi', session: undefined }])
  t.equal(client.cut, false)
  basic({ kind: 'challenge' })
  await time.pass(R)
  t.equal(client.cut, true)
})

t.test('a step that fails confirms nothing, and breaks nothing', async t => {
  const { time, open, sessions, log, cuts } = openRig()
  const { client } = await open()
  Object.assign(sessions(), {
    anew: {
      verdict: () => Promise.reject(new Error('broken')),
      state: () => Promise.reject(new Error('broken')),
    },
  })
  await time.pass(2 * R - 1_000)
  t.equal(client.cut, false)
  t.match(log, [{ level: 'error', message: 'a question about a stream failed' }])
  await time.pass(1_000)
  t.strictSame(cuts(), [{ why: 'not confirmed', streams: 1 }])
})

t.test('a reload is why only until the next answer', async t => {
  const { time, verdicts, open, reload, cuts } = openRig()
  await open()
  await time.pass(1_000)
  reload([app('cams'), app('more')])
  await time.pass(1_000)
  verdicts.alice = { kind: 'deny' }
  await time.pass(R)
  t.strictSame(cuts(), [{ why: 'group or rule', streams: 1 }])
})

t.test('each stream is judged by the groups that its app was told of', async t => {
  const quiet = { streams: { recheck: R, counts_as_activity: false } }
  const { time, verdicts, open, reload } = openRig([app('cams', quiet)])
  const before = await open()
  verdicts.alice = allow({ ...ALICE, groups: ['family'] })
  const after = await open()
  await time.pass(1_000)
  const admins = rule({ subjects: [['group:admins']], policy: 'one_factor' })
  reload([app('cams', { ...quiet, policy: 'deny', rules: [admins] })])
  await time.pass(100)
  t.strictSame([before.client.cut, after.client.cut], [false, true])
})

t.test('what breaks a whole check breaks no later one', async t => {
  const { time, verdicts, open, ground, log, cuts } = openRig()
  await open()
  await time.pass(1_000)
  const { sites } = ground()
  let broken = true
  Object.defineProperty(ground(), 'sites', {
    get() {
      if (broken) throw new Error('broken')
      return sites
    },
  })
  await time.pass(R)
  t.match(log, [{ level: 'error' }])
  broken = false
  verdicts.alice = { kind: 'deny' }
  await time.pass(2 * R)
  t.strictSame(cuts(), [{ why: 'group or rule', streams: 1 }])
})
