import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, lstatSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { ask, askSlowly, freePort, OLD, PROGRAM, serve, slowApp, textOf } from './gatehouse.ts'

/** A gateway with one open app whose `/slow` answers when it is let to. */
async function slowly(t: Test, node?: string) {
  const { url: upstream, release } = await slowApp(t)
  const port = await freePort()
  // Not t.testdir(): a socket's path has 107 bytes at most.
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-test-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const socketPath = join(folder, 'gate.sock')
  const file = join(folder, 'gatehouse.yml')
  writeFileSync(
    file,
    `domain: example.com
listen: [{ address: "127.0.0.1:${port}" }, { unix: gate.sock, mode: "0600" }]
authelia: { url: http://127.0.0.1:9 }
apps: { one: { upstream: "${upstream}", policy: bypass } }
`,
  )
  const running = serve(t, file, node)
  await running.line('ready')
  const slow = await askSlowly(port)
  return { running, port, socketPath, slow, release }
}

for (const node of OLD ? [process.execPath, OLD] : [process.execPath]) {
  t.test(`SIGTERM finishes what is under way, started by ${node}`, async t => {
    const { running, port, socketPath, slow, release } = await slowly(t, node)
    t.equal(lstatSync(socketPath).mode & 0o777, 0o600)
    t.equal((await ask({ socketPath }, 'one.example.com')).text, 'here')
    const idle = connect(port, '127.0.0.1')
    await once(idle, 'connect')

    running.child.kill('SIGTERM')
    await running.line('finishing what is under way; once more to stop at once')
    await once(idle, 'close')
    await t.rejects(ask({ port }, 'one.example.com'), { code: 'ECONNREFUSED' }, 'nobody new gets in')
    release()
    t.equal(await textOf(slow), 'begun ended')
    await running.line('stopped')
    t.strictSame(await running.exit, { code: 0, signal: null })
    t.notOk(existsSync(socketPath), 'the socket is gone')
  })

  t.test(`a second signal stops at once, started by ${node}`, async t => {
    const { running, slow } = await slowly(t, node)
    running.child.kill('SIGTERM')
    // Passed on twice in quick succession it is one signal, as Ctrl-C under an older Node is.
    running.child.kill('SIGTERM')
    await running.line('finishing what is under way; once more to stop at once')
    await new Promise(resolve => setTimeout(resolve, 600))
    t.equal(running.child.exitCode, null, 'still waiting for the slow one')
    running.child.kill('SIGTERM')
    await running.line('stopped at once')
    t.strictSame(await running.exit, { code: 143, signal: null })
    await t.rejects(textOf(slow), { code: 'ECONNRESET' })
  })
}

t.test(
  'an older Node that is killed outright leaves nothing running',
  { skip: !OLD && 'no older Node here' },
  async t => {
    const { running, port, release } = await slowly(t, OLD)
    release()
    running.child.kill('SIGKILL')
    // Closed only when the child of the child has closed its end of the pipe too.
    await running.exit
    await t.rejects(ask({ port }, 'one.example.com'), { code: 'ECONNREFUSED' })
  },
)

t.test(
  'the exit code of the command comes through an older Node',
  { skip: !OLD && 'no older Node here' },
  async t => {
    const code = (...args: string[]) => spawnSync(OLD ?? '', [PROGRAM, ...args], { encoding: 'utf8' })
    t.match(code('--version'), { status: 0, stdout: /^\d+\.\d+\.\d+\n$/ })
    t.match(code('sevre'), { status: 2, stderr: /Did you mean "gatehouse serve"/ })
    t.match(code('check', '--config', '/nowhere.yml'), { status: 1 })
  },
)

t.test('nothing is left in the temporary folder by a gateway with a portal', async t => {
  const port = await freePort()
  const folder = t.testdir()
  const temporary = mkdtempSync(join(tmpdir(), 'gatehouse-test-'))
  t.teardown(() => rmSync(temporary, { recursive: true }))
  const users = `users: { ann: { displayname: Ann, password: '$6$rounds=5000$saltsalt$${'a'.repeat(86)}' } }\n`
  writeFileSync(join(folder, 'users.yml'), users)
  const file = join(folder, 'gatehouse.yml')
  writeFileSync(
    file,
    `domain: example.com
listen: [{ address: "127.0.0.1:${port}" }]
portal: { host: auth.example.com, users: users.yml }
apps: { one: { upstream: "http://127.0.0.1:9" } }
`,
  )
  const env = { ...process.env, TMPDIR: temporary }
  const child = spawn(process.execPath, [PROGRAM, 'serve', '--config', file], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  for await (const part of child.stdout.setEncoding('utf8')) if (String(part).includes('"ready"')) break
  const [made] = readdirSync(temporary)
  t.equal(lstatSync(join(temporary, made ?? '')).mode & 0o777, 0o700)
  const closed = once(child, 'exit')
  child.kill('SIGINT')
  t.strictSame(await closed, [0, null])
  t.strictSame(readdirSync(temporary), [])
})
