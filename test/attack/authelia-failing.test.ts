/**
 * Authelia killed, frozen or ill in every way while requests run (authentik CVE-2026-25748, Authelia
 * CVE-2021-32637): never a pass, never a hang, and well again without a restart of the gateway.
 */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { type Authelia, openAutheliaHome } from '../support/gate.ts'
import { UPGRADE } from './home.ts'

const TIMEOUT = 700
/** What the gateway may take beyond `timeout`, in milliseconds. */
const SPARE = 1000
const AT_ONCE = 24

/** A signal to stop has been obeyed when the system says so, not when it was sent. */
async function frozen(pid: number): Promise<void> {
  while (!/^\d+ \(.*\) T/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) await new Promise(setImmediate)
}

interface Failure {
  readonly what: string
  fail(authelia: Authelia): Promise<unknown>
  heal(authelia: Authelia): Promise<unknown>
}

const FAILURES: readonly Failure[] = [
  {
    what: 'Authelia killed',
    async fail(authelia) {
      authelia.program().child.kill('SIGKILL')
      await authelia.program().gone
    },
    heal: authelia => authelia.restart(),
  },
  {
    what: 'Authelia frozen',
    async fail(authelia) {
      const { child } = authelia.program()
      child.kill('SIGSTOP')
      await frozen(child.pid ?? 0)
    },
    async heal(authelia) {
      authelia.program().child.kill('SIGCONT')
    },
  },
  ...[
    ['saying nothing', 'silent'],
    ['answering 500', '500'],
    ['answering with a page of somebody else’s', 'page'],
    ['answering 200 and no more', 'bare'],
    ['naming two users', 'two'],
    ['sending elsewhere', 'elsewhere'],
    ['answering garbage', 'garbage'],
    ['answering half', 'half'],
    ['breaking off', 'broken'],
  ].map(([what = '', mood = '']) => ({
    what: `Authelia ${what}`,
    fail: (authelia: Authelia) => authelia.mood(mood),
    heal: (authelia: Authelia) => authelia.mood('well'),
  })),
]

t.test('authentik CVE-2026-25748: Authelia fails while requests run', async t => {
  // One gateway for all of it: what it went through before must not matter.
  const { app, authelia, ask } = await openAutheliaHome(t, `${TIMEOUT}ms`)
  // It goes on in the test's end as it began, or a frozen program could not end.
  t.teardown(() => authelia.program().child.kill('SIGCONT'))
  const timed = async (target: string, more: Parameters<typeof ask>[1] = []) => {
    const from = performance.now()
    const answer = await ask(target, more)
    return { target, answer, took: performance.now() - from }
  }
  const many = (prefix: string) =>
    Promise.all(Array.from({ length: AT_ONCE }, (_, i) => timed(`/${prefix}/${i}`)))

  for (const { what, fail, heal } of FAILURES)
    await t.test(what, async t => {
      const refused = (found: readonly Awaited<ReturnType<typeof timed>>[], when: string) => {
        for (const { target, answer, took } of found) {
          t.equal(answer.status, 503, `${when} ${target}`)
          t.match(answer.header('retry-after'), /^[1-9]\d*$/, `${when} ${target}: Retry-After`)
          t.notMatch(answer.body, /alice/, `${when} ${target}: nothing of anybody`)
          t.ok(took < TIMEOUT + SPARE, `${when} ${target}: within the time (${Math.round(took)} ms)`)
        }
      }
      const statuses = async (prefix: string) => (await many(prefix)).map(({ answer }) => answer.status)
      const allIn = Array.from({ length: AT_ONCE }, () => 200)
      t.strictSame(await statuses('before'), allIn, 'well: all get in')

      // Under way at the moment itself: each is answered by Authelia as it was, or refused, and in time.
      let failing = true
      const underWay = Array.from({ length: 6 }, async (_, lane) => {
        const found: Awaited<ReturnType<typeof timed>>[] = []
        for (let i = 0; failing; i++) found.push(await timed(`/during/${lane}/${i}`))
        return found
      })
      await timed('/during/first')
      await fail(authelia)
      app.clear()
      const all = [...(await many('after')), await timed('/after/socket', UPGRADE)]
      refused(all, 'after')
      t.strictSame(
        app.seen.filter(({ target }) => target.startsWith('/after')),
        [],
        'nothing reached the app',
      )
      failing = false
      const during = (await Promise.all(underWay)).flat()
      t.ok(during.length > 0)
      refused(
        during.filter(({ answer }) => answer.status !== 200),
        'under way',
      )

      await heal(authelia)
      t.strictSame(await statuses('again'), allIn, 'all get in again')
      t.match(app.last('Remote-User'), ['alice'])
    })
})
