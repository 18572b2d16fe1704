/** Attacks on where it goes and where it comes from, through a server in front. */
import type { Pairs } from '../support/front.ts'
import { valuesOf } from '../support/upstream.ts'
import { type Attack, got, host, session } from './front-words.ts'

export const ADDRESS: Readonly<Record<string, Attack>> = {
  // authentik CVE-2023-36456, Traefik CVE-2026-35051, Fastify CVE-2026-3635
  'an X-Forwarded-For of their own making': async (t, front) => {
    const ask = async (from: string, headers: Pairs = []): Promise<number> =>
      (await front.raw('GET /', host(front, 'near'), headers, from)).status
    t.equal(await ask('127.0.0.9'), 200)
    t.equal(await ask('127.0.0.8'), 403)
    for (const said of ['127.0.0.9', '127.0.0.9, 127.0.0.1', 'junk, 127.0.0.9', '127.0.0.9,'])
      t.equal(await ask('127.0.0.8', [['X-Forwarded-For', said]]), 403, said)
    for (const name of ['X_Forwarded_For', 'X-Real-IP', 'X-Client-IP', 'Forwarded', 'CF-Connecting-IP'])
      t.equal(
        await ask('127.0.0.8', [[name, name === 'Forwarded' ? 'for=127.0.0.9' : '127.0.0.9']]),
        403,
        name,
      )
    t.equal(await ask('127.0.0.9', [['X-Forwarded-For', '10.1.1.1, junk']]), 200)
  },

  // oauth2-proxy CVE-2026-40575, Traefik CVE-2026-48020
  'another address, method or host in a header': async (t, front) => {
    const cookie = ['Cookie', await session(front)] as const
    const at = host(front, 'rules')
    t.equal((await front.raw('GET /public/x', at)).status, 200)
    t.equal((await front.raw('PUT /x', at, [cookie, ['Content-Length', '0']])).status, 403)
    front.upstream.clear()
    const open = front.house.at('open', '/public/x')
    const lies: Pairs = [
      ['X-Forwarded-Uri', '/public/x'],
      ['X-Forwarded-URI', '/public/x'],
      ['X_Forwarded_Uri', '/public/x'],
      ['X-Original-URL', open.href],
      ['X-Original-URI', '/public/x'],
      ['X-Rewrite-URL', '/public/x'],
      ['X-Forwarded-Host', open.host],
      ['X-Forwarded-Server', open.host],
      ['X-Forwarded-Prefix', '/public'],
    ]
    for (const lie of [...lies.map(one => [one]), lies])
      t.equal((await front.raw('GET /private', at, lie)).status, 401, JSON.stringify(lie))
    const methods: Pairs = ['X-Forwarded-Method', 'X-Original-Method', 'X-HTTP-Method-Override'].map(
      name => [name, 'GET'] as const,
    )
    for (const lie of methods)
      t.equal((await front.raw('PUT /x', at, [cookie, lie, ['Content-Length', '0']])).status, 403, lie[0])
    t.strictSame(front.upstream.seen, [])
  },

  'what would make the app serve another address than the one judged': async (t, front) => {
    const lies: Pairs = [
      ['X-Original-URL', '/private'],
      ['x_original_url', '/private'],
      ['X-Original-Method', 'PUT'],
      ['X-Rewrite-URL', '/private'],
      ['X-HTTP-Method-Override', 'PUT'],
      ['X-Method-Override', 'PUT'],
    ]
    t.equal((await front.raw('GET /public/x', host(front, 'rules'), lies)).status, 200)
    for (const [name] of lies) t.strictSame(got(front, name), [], name)
  },

  // Traefik GHSA-6jwx-7vp4-9847, Authelia CVE-2021-32637
  'a path that two programs read differently': async (t, front) => {
    const paths = [
      '/public/../private',
      '/public/%2e%2e/private',
      '/public/..%2fprivate',
      '/public/..%5cprivate',
      '/public/..;/private',
      '//private/../public/',
      '/public%2f..%2fprivate',
      '/public/%252e%252e/private',
      '/%70rivate',
      '/private?/public/',
      '/private%3f/public/',
      '/private%23/public/',
    ]
    front.upstream.clear()
    for (const path of paths) {
      const { status } = await front.raw(`GET ${path}`, host(front, 'rules'))
      t.ok(status === 400 || status === 401, `${path}: ${status}`)
    }
    t.strictSame(front.upstream.seen, [])
  },

  "the gateway's own path, in any spelling": async (t, front) => {
    const cookie = ['Cookie', await session(front)] as const
    const paths = [
      '/.gatehouse/nothing',
      '/.GateHouse/sign-out',
      '/%2egatehouse/sign-out',
      '/%2Egatehouse%2Fx',
      '//.gatehouse/sign-out',
      '/.gatehouse//x',
    ]
    for (const path of paths) await front.raw(`GET ${path}`, host(front, 'open'), [cookie])
    t.strictSame(front.upstream.seen, [], 'no app hears of it')
    for (const path of ['/.gatehouse/../private', '/.gatehouse/%2e%2e/private', '/.gatehouse/..%2fprivate'])
      t.not((await front.raw(`GET ${path}`, host(front, 'rules'))).status, 200, path)
    t.strictSame(front.upstream.seen, [])
  },

  'a host in the request line, and another in the header': async (t, front) => {
    const [open, admin] = [host(front, 'open'), host(front, 'admin')]
    for (const [line, header] of [
      [open, admin],
      [admin, open],
    ] as const) {
      front.upstream.clear()
      const { status } = await front.raw(`GET https://${line}/x`, header)
      const hosts = front.upstream.seen.map(({ rawHeaders }) => valuesOf(rawHeaders, 'host').join())
      t.notOk(hosts.includes(admin), `${line} with ${header}: ${status}, the app saw ${hosts}`)
    }
  },

  'two hosts': async (t, front) => {
    front.upstream.clear()
    const { status } = await front.raw('GET /', host(front, 'open'), [['Host', host(front, 'admin')]])
    t.equal(status, 400)
    t.strictSame(front.upstream.seen, [])
  },

  'an upgrade to anything but a WebSocket, which would be a tunnel past every later question': async (
    t,
    front,
  ) => {
    const [upgrade, key] = [
      ['Connection', 'Upgrade, HTTP2-Settings'],
      ['Sec-WebSocket-Key', 'eA=='],
    ] as const
    const cases: Pairs[] = [
      [upgrade, ['Upgrade', 'h2c'], ['HTTP2-Settings', 'AAMAAABkAAQAAP__']],
      [upgrade, ['Upgrade', 'h2c'], key],
      [upgrade, ['Upgrade', 'websocket']],
    ]
    for (const headers of cases) {
      front.upstream.clear()
      await front.raw('GET /public/x', host(front, 'rules'), headers)
      for (const { rawHeaders } of front.upstream.seen)
        t.strictSame(valuesOf(rawHeaders, 'upgrade'), [], `${headers[1]}`)
    }
  },

  // The last one: it ends the gateway.
  'the gateway is gone': async (t, front) => {
    const cookie = ['Cookie', await session(front)] as const
    t.equal((await front.raw('GET /', host(front, 'app'), [cookie])).status, 200)
    front.served.program.child.kill('SIGKILL')
    await front.served.program.gone
    front.upstream.clear()
    for (const app of ['app', 'open']) {
      const { status } = await front.raw('GET /', host(front, app), [cookie])
      t.ok(status >= 500, `${app}: ${status}`)
    }
    t.strictSame(front.upstream.seen, [])
  },
}
