import { once } from 'node:events'
import { renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { connect } from 'node:tls'
import t from 'tap'
import { makeCertificate, place } from '../server/certificate.ts'
import { app, ask, freePort, serve, textOf } from './gatehouse.ts'

const yml = (listen: string, apps: Record<string, string>) =>
  [
    'domain: example.com',
    `listen: [${listen}]`,
    'authelia: { url: http://127.0.0.1:9 }',
    'apps:',
    ...Object.entries(apps).map(
      ([name, upstream]) => `  ${name}: { upstream: "${upstream}", policy: bypass }`,
    ),
    '',
  ].join('\n')

function replace(file: string, text: string): void {
  writeFileSync(`${file}.new`, text)
  renameSync(`${file}.new`, file)
}

t.test('a changed file is taken, a broken one is not, and no request is dropped', async t => {
  let release = () => {}
  const upstream = await app(t, (req, res) => {
    if (req.url === '/slow') {
      res.write('begun ')
      release = () => res.end('ended')
    } else res.end(`${req.headers.host} ${req.url}`)
  })
  const port = await freePort()
  const where = { port }
  const listen = `{ address: "127.0.0.1:${port}" }`
  const file = join(t.testdir(), 'gatehouse.yml')
  writeFileSync(file, yml(listen, { one: upstream, kept: upstream }))
  const running = serve(t, file)
  await running.line('ready')
  t.strictSame(await ask(where, 'one.example.com', '/x'), { status: 200, text: 'one.example.com /x' })
  t.equal((await ask(where, 'two.example.com')).status, 404)

  const req = get({ ...where, host: '127.0.0.1', path: '/slow', headers: { host: 'kept.example.com' } })
  const [slow] = (await once(req, 'response')) as [IncomingMessage]

  replace(file, yml(listen, { one: upstream, two: upstream, kept: upstream }))
  await running.line('configuration reloaded')
  t.equal((await ask(where, 'two.example.com')).status, 200, 'by an atomic rename')

  writeFileSync(file, yml(listen, { two: upstream, kept: upstream }).replace('domain', 'domian'))
  const fault = await running.line('the configuration has faults; the old one stays')
  t.match(fault, { level: 'error', faults: [/gatehouse\.yml:1:1 .*domian/] })
  t.equal((await ask(where, 'one.example.com')).status, 200, 'the old one serves on')

  writeFileSync(file, yml(listen, { two: upstream, kept: upstream }))
  await running.line('configuration reloaded')
  t.equal((await ask(where, 'one.example.com')).status, 404, 'written in place')

  running.child.kill('SIGHUP')
  await running.line('configuration reloaded')
  t.equal((await ask(where, 'two.example.com')).status, 200, 'by SIGHUP')

  const other = await freePort()
  replace(file, yml(`{ address: "127.0.0.1:${other}" }`, { two: upstream, kept: upstream }))
  t.match(await running.line('listening no more'), { address: `http://127.0.0.1:${port}` })
  await running.line('configuration reloaded')
  t.equal((await ask({ port: other }, 'two.example.com')).status, 200, 'on another port')
  await t.rejects(ask(where, 'two.example.com'), { code: 'ECONNREFUSED' })

  release()
  t.equal(await textOf(slow), 'begun ended', 'a response older than five configurations')
  running.child.kill('SIGTERM')
  t.strictSame(await running.exit, { code: 0, signal: null })
  t.equal(running.stderr(), '')
})

t.test('a Kubernetes volume: ..data is turned', async t => {
  const upstream = await app(t, (_req, res) => res.end('here'))
  const port = await freePort()
  const listen = `{ address: "127.0.0.1:${port}" }`
  const folder = t.testdir({
    '..1': { 'gatehouse.yml': yml(listen, { one: upstream }) },
    '..2': { 'gatehouse.yml': yml(listen, { two: upstream }) },
  })
  symlinkSync('..1', join(folder, '..data'))
  symlinkSync('..data/gatehouse.yml', join(folder, 'gatehouse.yml'))
  const running = serve(t, join(folder, 'gatehouse.yml'))
  await running.line('ready')
  t.equal((await ask({ port }, 'two.example.com')).status, 404)
  symlinkSync('..2', join(folder, '..data_tmp'))
  renameSync(join(folder, '..data_tmp'), join(folder, '..data'))
  await running.line('configuration reloaded')
  t.equal((await ask({ port }, 'two.example.com')).status, 200)
  running.child.kill('SIGTERM')
  t.strictSame(await running.exit, { code: 0, signal: null })
})

t.test('a renewed certificate is shown without a restart, a broken one is not', async t => {
  const folder = t.testdir()
  const [old, renewed, other] = await Promise.all([1, 2, 3].map(() => makeCertificate(['*.example.com'])))
  if (!old || !renewed || !other) return
  place(folder, 'tls', old)
  const upstream = await app(t, (_req, res) => res.end('here'))
  const port = await freePort()
  const file = join(folder, 'gatehouse.yml')
  const listen = `{ address: "127.0.0.1:${port}", tls: { certificate: tls.pem, key: tls.key } }`
  writeFileSync(file, yml(listen, { one: upstream }))
  const running = serve(t, file)
  await running.line('ready')

  const handshake = async () => {
    const socket = connect({
      port,
      host: '127.0.0.1',
      servername: 'one.example.com',
      rejectUnauthorized: false,
    })
    await once(socket, 'secureConnect')
    return socket
  }
  const shown = async () => {
    const socket = await handshake()
    const { fingerprint256 } = socket.getPeerCertificate()
    socket.destroy()
    return fingerprint256
  }
  t.equal(await shown(), old.fingerprint)
  const before = await handshake()

  // As certbot does: a folder of versions, and the new pair is complete before anybody sees it.
  replace(join(folder, 'tls.key'), renewed.key)
  replace(join(folder, 'tls.pem'), renewed.cert)
  await running.line('certificates renewed')
  t.equal(await shown(), renewed.fingerprint)

  before.write('GET / HTTP/1.1\r\nHost: one.example.com\r\nConnection: close\r\n\r\n')
  let text = ''
  for await (const part of before.setEncoding('utf8')) text += part
  t.match(text, /200 OK.*here$/s, 'a connection of before goes on')

  replace(join(folder, 'tls.pem'), other.cert)
  const { faults } = await running.line('the configuration has faults; the old one stays')
  t.match(JSON.stringify(faults), /key/)
  t.equal(await shown(), renewed.fingerprint)
  running.child.kill('SIGTERM')
  t.strictSame(await running.exit, { code: 0, signal: null })
})
