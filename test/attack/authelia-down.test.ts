/** A broken session store fails closed (authentik CVE-2026-25748, Authelia CVE-2021-32637): never a pass, never a hang. */
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { readEverything } from '../../src/server/reading.ts'
import { realRooms } from '../../src/server/real-rooms.ts'
import { openGatehouse } from '../../src/server.ts'
import { keptLog } from '../support/gateway.ts'
import { bytes, raw } from '../support/raw.ts'
import { recordingUpstream } from '../support/upstream.ts'

type Mood = (response: ServerResponse) => void

/** The recorded allow of Authelia 4.39.20. */
const well: Mood = response => {
  const identity = {
    'remote-user': 'bob',
    'remote-groups': 'users',
    'remote-name': 'Bob',
    'remote-email': 'b@example.com',
  }
  response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', ...identity }).end('200 OK')
}

const MOODS: readonly (readonly [what: string, mood: Mood])[] = [
  ['says nothing', () => {}],
  ['answers 500', response => response.writeHead(500, { 'remote-user': 'bob' }).end()],
  [
    'sends a page of somebody else’s',
    response =>
      response.writeHead(200, { 'content-type': 'text/html', 'remote-user': 'bob' }).end('<p>hello'),
  ],
  ['says 200 and no more', response => response.writeHead(200, { 'content-type': 'text/plain' }).end('fine')],
  [
    'names two users',
    response =>
      response
        .writeHead(200, ['content-type', 'text/plain', 'remote-user', 'bob', 'remote-user', 'root'])
        .end('200 OK'),
  ],
  ['breaks off', response => void response.socket?.destroy()],
  [
    'drips',
    response =>
      void response.writeHead(200, { 'content-type': 'text/plain', 'remote-user': 'bob' }).write('2'),
  ],
  ['sends elsewhere', response => response.writeHead(301, { location: 'https://evil.org/' }).end()],
]

t.test('Authelia ill in every way, and well again without a restart', async t => {
  let mood: Mood = well
  const authelia = createServer((_request, response) => mood(response)).listen(0, '127.0.0.1')
  await once(authelia, 'listening')
  t.teardown(() => {
    authelia.close()
    authelia.closeAllConnections()
  })
  const app = await recordingUpstream(t)
  const file = join(t.testdir(), 'gatehouse.yml')
  writeFileSync(
    file,
    `domain: example.com
listen: [{ address: '127.0.0.1:0' }]
authelia: { url: 'http://127.0.0.1:${(authelia.address() as AddressInfo).port}', timeout: 500ms, verdict_ttl: 0s }
apps:
  app: { upstream: '${app.origin}', policy: one_factor }
`,
  )
  const read = () => readEverything(file, process.cwd(), Date.now)
  const { config, files } = read()
  if (config === undefined) throw new Error('the configuration has faults')
  const gatehouse = await openGatehouse(config, files, {
    log: keptLog([]),
    clock: Date.now,
    rooms: realRooms,
    read,
  })
  t.teardown(() => gatehouse.stop(0))
  const port = gatehouse.ports[0] ?? 0
  const ask = () =>
    raw(
      port,
      bytes('GET /', [
        ['Host', 'app.example.com'],
        ['Cookie', 'authelia_session=abc'],
        ['X-Forwarded-Proto', 'https'],
      ]),
    )

  for (const [what, ill] of MOODS) {
    mood = ill
    app.clear()
    const from = performance.now()
    const answer = await ask()
    t.equal(answer.status, 503, what)
    t.match(answer.header('retry-after'), /^\d+$/, what)
    t.ok(performance.now() - from < 5000, `${what}: no hang`)
    t.strictSame(app.seen, [], what)
    mood = well
    t.equal((await ask()).status, 200, `well again after it ${what}`)
  }
})
