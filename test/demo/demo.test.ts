import { readdirSync, readFileSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { TOTP } from 'otpauth'
import t, { type Test } from 'tap'
import { parse } from 'yaml'
import { demoFolder, runDemo } from '../../src/demo/demo.ts'
import { secretOf } from '../../src/demo/household.ts'

/** Runs the demo with a gateway that does nothing; `serving` sees it while it runs. */
async function run(t: Test, serving: (file: string, end: () => void) => void, once = false) {
  const said: string[] = []
  const ending = new AbortController()
  const [folder, temporary] = [join(t.testdir({ tmp: {} }), 'kept'), join(t.testdirName, 'tmp')]
  let stops = 0
  const code = await runDemo(
    { port: 0, once, folder },
    {
      async serve(file) {
        serving(file, () => ending.abort())
        return {
          async stop() {
            stops++
          },
        }
      },
      say: line => said.push(line),
      clock: () => Date.UTC(2026, 0, 1),
      temporary,
      ended: ending.signal,
    },
  )
  return { code, said: said.join('\n'), folder, left: readdirSync(temporary), stops }
}

t.test('it tells all that one needs, and leaves nothing but its authority', async t => {
  const seen: { file?: string; port?: number; users?: unknown; upstream?: number } = {}
  const result = await run(t, (file, end) => {
    const text = readFileSync(file, 'utf8')
    seen.port = parse(text).public_port
    seen.upstream = Number(/whoami: .*127\.0\.0\.1:(\d+)/.exec(text)?.[1])
    seen.users = parse(readFileSync(join(file, '..', 'users_database.yml'), 'utf8')).users
    setImmediate(end)
  })
  t.equal(result.code, 0)
  t.equal(result.stops, 1)
  t.strictSame(result.left, [])
  t.match(Object.keys(seen.users ?? {}), ['alice', 'bob', 'dave', 'frank'])
  t.match(JSON.stringify(seen.users), '$argon2id$v=19$')
  for (const app of ['auth', 'whoami', 'porch', 'chat', 'admin', 'public'])
    t.match(result.said, `https://${app}.gatehouse.localhost:${seen.port}`)
  for (const name of ['alice', 'bob', 'dave', 'frank']) t.match(result.said, `${name}-password`)
  const [, secret = ''] = /secret {2}([A-Z2-7]+)/.exec(result.said) ?? []
  const code = new TOTP({ secret }).generate({ timestamp: Date.UTC(2026, 0, 1) })
  t.match(result.said, new RegExp(`code +${code} `))
  t.match(result.said, `otpauth://totp/`)
  t.match(result.said, join(result.folder, 'authority.pem'))
  const socket = connect(seen.upstream ?? 0, '127.0.0.1')
  const code2 = await new Promise(resolve =>
    socket
      .once('error', error => resolve('code' in error && error.code))
      .once('connect', () => resolve('open')),
  )
  t.equal(code2, 'ECONNREFUSED', 'the apps are gone')
})

t.test('what cannot start is cleared away, and told by the exit code', async t => {
  const result = await run(t, () => {
    throw new Error('no gateway today')
  })
  t.equal(result.code, 1)
  t.match(result.said, 'no gateway today')
  t.strictSame(result.left, [])
})

t.test('--once fails where the gateway does not answer', async t => {
  const result = await run(t, () => {}, true)
  t.equal(result.code, 1)
  t.match(result.said, /FAILED {2}public is open to everybody/)
  t.match(result.said, /of \d+ checks failed/)
  t.strictSame(result.left, [])
})

t.test('the second factor is the same on the next run', async t => {
  const folder = t.testdir()
  const first = await secretOf(folder)
  t.match(first, /^[A-Z2-7]{32}$/)
  t.equal(await secretOf(folder), first)
  t.equal(statSync(join(folder, 'alice.totp')).mode & 0o777, 0o600)
})

t.test('where it keeps things', async t => {
  const table: readonly [Record<string, string>, string][] = [
    [{}, '/h/.local/share/gatehouse/demo'],
    [{ XDG_DATA_HOME: '/data' }, '/data/gatehouse/demo'],
    [{ XDG_DATA_HOME: 'relative' }, '/h/.local/share/gatehouse/demo'],
    [{ GATEHOUSE_DEMO_FOLDER: '/here', XDG_DATA_HOME: '/data' }, '/here'],
    [{ GATEHOUSE_DEMO_FOLDER: '' }, '/h/.local/share/gatehouse/demo'],
  ]
  for (const [env, folder] of table) t.equal(demoFolder(env, '/h'), folder)
})
