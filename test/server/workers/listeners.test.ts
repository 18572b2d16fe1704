import { readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import t from 'tap'
import { freePort } from '../../../src/demo/port.ts'
import { questionOf } from '../../support/door-home.ts'
import { raw } from '../../support/raw.ts'
import { makeCertificate } from '../certificate.ts'
import { openCrewHome } from './crew-home.ts'
import { fingerprint } from './fingerprint.ts'

t.test('listeners of several workers', async t => {
  const port = await freePort(0)
  const listen = `  - { address: '127.0.0.1:${port}' }\ntrusted_proxies: [127.0.0.1/32]\n`
  const home = await openCrewHome(t, { listen })
  const { house, gatehouse, logged, log, head, cookieOf } = home
  const change = (from: string, to: string) => {
    writeFileSync(house.file, readFileSync(house.file, 'utf8').replace(from, to))
    return gatehouse.reload()
  }
  const many = <T>(ask: () => Promise<T>) => Promise.all(Array.from({ length: 16 }, ask))
  const cookie = await cookieOf('bob')
  const statuses = async () =>
    new Set((await many(() => raw(port, head('GET /', 'app', cookie)))).map(({ status }) => status))

  await t.test('the place of an old one is free for a new one', async t => {
    t.equal(await change(`'127.0.0.1:${port}'`, `'0.0.0.0:${port}'`), true)
    t.ok(gatehouse.addresses.includes(`http://0.0.0.0:${port}`))
    t.strictSame(await statuses(), new Set([200]))
  })

  await t.test('one that cannot open changes nothing, and those that were to go come back', async t => {
    const other = `'127.0.0.1:${port}' }\n  - { address: '192.0.2.1:1'`
    t.equal(await change(`'0.0.0.0:${port}'`, other), false)
    t.match(log.at(-1), { level: 'error', fields: { fault: /no address 192\.0\.2\.1/ } })
    t.ok(gatehouse.addresses.includes(`http://0.0.0.0:${port}`))
    t.strictSame(await statuses(), new Set([200]))
    t.equal(await change(other, `'0.0.0.0:${port}'`), true)
  })

  await t.test('one that is gone takes nobody', async t => {
    t.equal(await change(`  - { address: '0.0.0.0:${port}' }\n`, ''), true)
    const socket = connect(port, '127.0.0.1')
    const code = await new Promise(resolve => {
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code))
      socket.once('connect', () => resolve('connected'))
    })
    t.equal(code, 'ECONNREFUSED')
  })

  await t.test('a refusal that one worker has sealed is read by all', async t => {
    const door = gatehouse.ports.at(-1) ?? 0
    const visit = { app: 'app', target: '/page' }
    const asked = await raw(door, questionOf(house, 'auth-request', visit))
    const seal = asked.header('x-gatehouse-refusal') ?? ''
    t.equal(asked.status, 401)
    // With a session: decided anew, there would be nothing to refuse.
    const headers = [
      ['Cookie', cookie],
      ['X-Gatehouse-Refusal', seal],
    ] as const
    const question = questionOf(house, 'auth-request', { ...visit, headers })
    const refused = await many(() => raw(door, question.replace('/auth-request', '/auth-request/refusal')))
    t.strictSame(new Set(refused.map(({ status }) => status)), new Set([401]))
  })

  await t.test('a renewed certificate is shown by all', async t => {
    const fresh = await makeCertificate([`*.${house.domain}`])
    writeFileSync(house.keyFile, fresh.key)
    writeFileSync(house.leafFile, fresh.cert)
    t.match(await logged('certificates renewed'), { workers: 2 })
    t.strictSame(new Set(await many(() => fingerprint(house.tlsPort))), new Set([fresh.fingerprint]))
  })
})
