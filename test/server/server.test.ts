import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Config, Listener } from '../../src/config/model.ts'
import type { Reading } from '../../src/config/read.ts'
import { after } from '../../src/door/streams/after.ts'
import { Streams } from '../../src/door/streams/streams.ts'
import { openGatehouse } from '../../src/server.ts'
import type { Sessions } from '../../src/session/sessions.ts'
import { configOf, exchange, keepingLog, loopback, sayingDoor } from './stand-in.ts'

const sessions = { close: async () => {} } as unknown as Sessions
const ASK = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'

/** A gateway whose next configuration is `put` there; each door answers with its configuration's domain. */
async function gateway(t: Test, listen: readonly Listener[]) {
  const file = join(t.testdir({ 'gatehouse.yml': '' }), 'gatehouse.yml')
  let next: Reading = { faults: [], warnings: [], files: [] }
  const put = (listen: readonly Listener[], domain: string) => {
    next = { config: configOf(file, listen, { domain }), faults: [], warnings: [], files: [file] }
  }
  const { log, lines } = keepingLog()
  let came = () => {}
  const never = new Promise<void>(resolve => {
    came = resolve
  })
  const opened = await openGatehouse(configOf(file, listen, { domain: 'first' }), [file], {
    log,
    clock: Date.now,
    read: () => next,
    rooms: {
      openPortal: () => Promise.reject(new Error('there is none')),
      openSessions: () => sessions,
      openStreams: basics => new Streams({ ...basics, after }),
      openDoor: ({ domain }: Config) => ({
        takeOver() {},
        ...sayingDoor((req, res) => void (req.url === '/never' ? came() : res.end(domain))),
        forwardAuth: sayingDoor((_req, res) => void res.end('forward auth')),
        close: async () => {},
      }),
    },
  })
  t.teardown(() => opened.stop(0))
  return { gatehouse: opened, put, lines, never }
}

const on = (port: number, host = '127.0.0.1'): Listener => ({ ...loopback, address: { host, port } })

t.test('listeners come and go, and the place of an old one is free for a new one', async t => {
  const { gatehouse, put } = await gateway(t, [loopback])
  const [port = 0] = gatehouse.ports
  t.match(await exchange(port, ASK), /first$/)
  put([loopback], 'second')
  t.equal(await gatehouse.reload(), true)
  t.strictSame(gatehouse.ports, [port], 'the same listener')
  t.match(await exchange(port, ASK), /second$/)

  put([on(port)], 'third')
  t.equal(await gatehouse.reload(), true)
  t.match(await exchange(port, ASK), /third$/)
  put([on(port, '0.0.0.0')], 'fourth')
  t.equal(await gatehouse.reload(), true)
  t.strictSame(gatehouse.addresses, [`http://0.0.0.0:${port}`])
  t.match(await exchange(port, ASK), /fourth$/)
})

t.test('a listener that cannot open changes nothing, and those that were to go come back', async t => {
  const { gatehouse, put, lines } = await gateway(t, [loopback])
  const [port = 0] = gatehouse.ports
  put([on(port, '0.0.0.0'), on(1, '192.0.2.1')], 'second')
  t.equal(await gatehouse.reload(), false)
  t.match(lines.at(-1), { level: 'error', fields: { fault: /no address 192\.0\.2\.1/ } })
  t.match(await exchange(port, ASK), /first$/)
  t.equal(gatehouse.config.domain, 'first')
})

t.test('two reloads at once are two in a row', async t => {
  const { gatehouse, put } = await gateway(t, [loopback])
  put([loopback], 'second')
  t.strictSame(await Promise.all([gatehouse.reload(), gatehouse.reload()]), [true, true])
  t.match(await exchange(gatehouse.ports[0] ?? 0, ASK), /second$/)
})

t.test('a stop cuts what does not end in time, and a reload after it does nothing', async t => {
  const { gatehouse, lines, never } = await gateway(t, [loopback])
  const answer = exchange(gatehouse.ports[0] ?? 0, 'GET /never HTTP/1.1\r\nHost: a\r\n\r\n')
  await never
  await gatehouse.stop(50)
  t.equal(await answer, '')
  t.match(lines.at(-1), { level: 'warn', message: 'what was still open was cut' })
  t.equal(await gatehouse.reload(), false)
})

t.test('a first start that fails leaves nothing open', async t => {
  await t.rejects(gateway(t, [on(0, '127.0.0.2'), on(1, '192.0.2.1')]), { name: 'StartFault' })
})
