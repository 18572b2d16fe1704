import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import t, { type Test } from 'tap'
import type { Sessions } from '../../src/session/sessions.ts'
import { answerAsRecorded, question, serve, serveRaw, sessionsAt } from './stand-ins.ts'

const TIMEOUT = 300
/** A busy machine's slack on top of a timeout, milliseconds. */
const SLACK = 1500
const ALLOW = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n'
const ALICE = 'Remote-User: alice\r\nRemote-Groups: admins\r\nRemote-Name: A\r\nRemote-Email: a@b\r\n'

/** Asks all three questions; none may be an allow, a user or late. */
async function never(t: Test, sessions: Sessions, name: string): Promise<void> {
  const began = performance.now()
  const [verdict, state, out] = await Promise.all([
    sessions.verdict(question()),
    sessions.state('abc'),
    sessions.signOut('xyz'),
  ])
  const took = performance.now() - began
  t.equal(verdict.kind, 'unavailable', `${name}: verdict`)
  t.match(state, { kind: 'unavailable' }, `${name}: state`)
  t.equal(out, false, `${name}: sign-out`)
  t.ok(took < TIMEOUT + SLACK, `${name}: within the timeout (${Math.round(took)} ms)`)
}

t.test('servers that talk nonsense', async t => {
  const rows: [string, (socket: Socket) => void][] = [
    ['nothing at all', () => {}],
    ['closed at once', socket => socket.end()],
    ['reset', socket => socket.resetAndDestroy()],
    ['closed in the status line', socket => socket.end('HTTP/1.1 20')],
    ['closed in the head', socket => socket.end(`${ALLOW}${ALICE}`)],
    ['reset in the head', socket => socket.write(`${ALLOW}${ALICE}`, () => socket.resetAndDestroy())],
    ['closed in the body', socket => socket.end(`${ALLOW}${ALICE}Content-Length: 6\r\n\r\n200`)],
    ['closed in a chunk', socket => socket.end(`${ALLOW}${ALICE}Transfer-Encoding: chunked\r\n\r\n6\r\n200`)],
    ['a body that never comes', socket => socket.write(`${ALLOW}${ALICE}Content-Length: 6\r\n\r\n`)],
    ['a body that never ends', socket => socket.write(`${ALLOW}${ALICE}Content-Length: 7\r\n\r\n200 OK`)],
    ['a slow drip of a head', socket => drip(socket, `${ALLOW}${ALICE}${'X-Pad: x\r\n'.repeat(100)}`)],
    ['a slow drip of a body', socket => drip(socket, 'x'.repeat(500), `${ALLOW}Content-Length: 500\r\n\r\n`)],
    ['a huge head', socket => socket.end(`${ALLOW}${'X-Pad: x\r\n'.repeat(20_000)}\r\n200 OK`)],
    ['one huge header', socket => socket.end(`${ALLOW}X-Pad: ${'x'.repeat(200_000)}\r\n\r\n`)],
    ['a huge body', socket => socket.end(`${ALLOW}Connection: close\r\n\r\n200 OK${'x'.repeat(500_000)}`)],
    ['an endless body', socket => pour(socket, `${ALLOW}${ALICE}Connection: close\r\n\r\n`)],
    ['no HTTP', socket => socket.end('SSH-2.0-OpenSSH_9.2\r\n')],
    ['HTTP/0.9', socket => socket.end('200 OK')],
    ['an unknown version', socket => socket.end('HTTP/9.9 200 OK\r\n\r\n200 OK')],
    [
      'two lengths',
      socket => socket.end(`${ALLOW}${ALICE}Content-Length: 6\r\nContent-Length: 3\r\n\r\n200 OK`),
    ],
    ['a negative length', socket => socket.end(`${ALLOW}${ALICE}Content-Length: -6\r\n\r\n200 OK`)],
    ['a folded user', socket => socket.end(`${ALLOW}${ALICE}\r\n admins\r\nContent-Length: 0\r\n\r\n`)],
    [
      '101',
      socket => socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
    ],
    ['100 for ever', socket => drip(socket, 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(50))],
    [
      'a page',
      socket => socket.end('HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>'),
    ],
    ['204', socket => socket.end(`HTTP/1.1 204 No Content\r\n${ALICE}\r\n`)],
    ['301', socket => socket.end('HTTP/1.1 301 M\r\nLocation: https://x.test/\r\nContent-Length: 0\r\n\r\n')],
    ['500', socket => socket.end(`HTTP/1.1 500 E\r\n${ALICE}Content-Length: 0\r\n\r\n`)],
    [
      'invalid UTF-8',
      socket =>
        socket.end(latin1(`${ALLOW}${ALICE.replace('alice', '\xff')}Content-Length: 6\r\n\r\n200 OK`)),
    ],
  ]
  for (const [name, speak] of rows) {
    const server = await serveRaw(speak)
    const sessions = sessionsAt(server.origin, { timeout: TIMEOUT })
    await never(t, sessions, name)
    await Promise.all([sessions.close(), server.close()])
  }
})

const latin1 = (text: string) => Buffer.from(text, 'latin1')

/** A byte every few milliseconds: no timer between bytes ever fires. */
function drip(socket: Socket, text: string, head = ''): void {
  socket.write(head)
  let at = 0
  const timer = setInterval(
    () => (at < text.length ? socket.write(text[at++] ?? '') : clearInterval(timer)),
    10,
  )
  socket.on('close', () => clearInterval(timer))
}

function pour(socket: Socket, head: string): void {
  socket.write(head)
  const more = () => {
    while (!socket.destroyed && socket.write(Buffer.alloc(16_384, 120))) {}
  }
  socket.on('drain', more)
  more()
}

t.test('an interim answer is not the answer', async t => {
  const hints = 'HTTP/1.1 103 Early Hints\r\nRemote-User: mallory\r\n\r\n'
  const server = await serveRaw(socket =>
    socket.write(`${hints}${ALLOW}${ALICE}Content-Length: 6\r\n\r\n200 OK`),
  )
  const sessions = sessionsAt(server.origin, { timeout: TIMEOUT })
  t.teardown(() => Promise.all([sessions.close(), server.close()]))
  t.match(await sessions.verdict(question()), { kind: 'allow', identity: { user: 'alice' } })
})

t.test('stopped, and started again on the same port', async t => {
  const first = await serve(answerAsRecorded)
  const port = Number(new URL(first.origin).port)
  const sessions = sessionsAt(first.origin, { timeout: TIMEOUT, verdict_ttl: 0 })
  t.match(await sessions.verdict(question()), { kind: 'allow' })
  await first.close()
  for (let i = 0; i < 3; i++) await never(t, sessions, `stopped ${i}`)
  const second = await serve(answerAsRecorded, port)
  t.teardown(() => Promise.all([sessions.close(), second.close()]))
  t.match(await sessions.verdict(question()), { kind: 'allow' }, 'recovered without a restart')
})

t.test('paused by SIGSTOP while questions run', async t => {
  const child = spawn(process.execPath, [new URL('stand-in-main.ts', import.meta.url).pathname], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  t.teardown(() => end(child))
  const [line] = await once(child.stdout, 'data')
  const sessions = sessionsAt(String(line).trim(), { timeout: TIMEOUT, verdict_ttl: 0 })
  t.teardown(() => sessions.close())
  t.match(await sessions.verdict(question()), { kind: 'allow' })
  child.kill('SIGSTOP')
  const began = performance.now()
  const many = Array.from({ length: 300 }, (_, i) => sessions.verdict(question({ session: `s${i}` })))
  const verdicts = await Promise.all(many)
  const took = performance.now() - began
  t.ok(verdicts.every(verdict => verdict.kind === 'unavailable' && verdict.reason === 'timeout'))
  t.ok(took < TIMEOUT + SLACK, `300 questions end within one timeout (${Math.round(took)} ms)`)
  child.kill('SIGCONT')
  let verdict = await sessions.verdict(question())
  for (let i = 0; i < 10 && verdict.kind === 'unavailable'; i++) verdict = await sessions.verdict(question())
  t.equal(verdict.kind, 'allow', 'recovered without a restart')
})

async function end(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}
