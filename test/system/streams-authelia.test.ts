/** What becomes of open streams when Authelia goes away, and comes back. */
import t from 'tap'
import { openAutheliaHome } from '../support/gate.ts'
import { openRaw } from '../support/raw.ts'

const RECHECK = 2_000
const TIMEOUT = 500
/** What a busy machine may add, in milliseconds. */
const SLACK = 1_000

const pause = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms))

async function openWatching(test: typeof t | Pick<typeof t, 'teardown'>) {
  const home = await openAutheliaHome(
    test,
    `${TIMEOUT}ms`,
    (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      const timer = setInterval(() => response.write('data: tick\n\n'), 50)
      response.once('close', () => clearInterval(timer))
    },
    `, streams: { recheck: ${RECHECK}ms }`,
  )
  const connection = await openRaw(home.plainPort)
  test.teardown(() => connection.destroy())
  connection.write(home.request('/events'))
  while (!connection.rest().includes('tick')) await pause(20)
  let over = false
  void connection.closed.then(() => {
    over = true
  })
  const goesOn = async () => {
    const had = connection.rest().length
    await pause(200)
    return !over && connection.rest().length > had
  }
  const why = () => home.log.find(({ fields }) => fields.audit === 'cut')?.fields.why
  return { ...home, connection, goesOn, why }
}

t.test('a restart of a moment cuts nobody', { timeout: 60_000 }, async t => {
  const { authelia, goesOn } = await openWatching(t)
  authelia.program().child.kill('SIGKILL')
  await authelia.program().gone
  await pause(500)
  await authelia.restart()
  await pause(3 * RECHECK)
  t.ok(await goesOn())
})

t.test('a restart that forgets its sessions ends their streams', { timeout: 60_000 }, async t => {
  const { authelia, connection, why } = await openWatching(t)
  authelia.program().child.kill('SIGKILL')
  await authelia.program().gone
  await authelia.restart()
  await authelia.mood('empty')
  const from = performance.now()
  await connection.closed
  t.ok(performance.now() - from < RECHECK + 1_000 + SLACK)
  t.equal(why(), 'session ended')
})

for (const [what, signal] of [
  ['stopped', 'SIGKILL'],
  ['frozen', 'SIGSTOP'],
] as const) {
  t.test(`${what}: streams go on for a second interval, and no longer`, { timeout: 60_000 }, async t => {
    const { authelia, connection, goesOn, why } = await openWatching(t)
    const from = performance.now()
    authelia.program().child.kill(signal)
    await pause(RECHECK + TIMEOUT)
    t.ok(await goesOn(), 'after one question without an answer')
    await connection.closed
    t.ok(performance.now() - from < 2 * RECHECK + TIMEOUT + SLACK)
    t.equal(why(), 'not confirmed')
    authelia.program().child.kill('SIGCONT')
  })
}
