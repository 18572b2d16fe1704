/**
 * A visitor whose address nobody tells, or tells as no address, is nowhere: never where the proxy is, whose
 * network would open to everybody (oauth2-proxy CVE-2026-40575: a junk X-Forwarded-For opens nothing). Envoy
 * asks without X-Forwarded-For unless it is told to, and some load balancers write a port behind the address.
 */
import t from 'tap'
import { questionOf } from '../support/door-home.ts'
import { openGateway } from '../support/gateway.ts'
import { openHouse } from '../support/house.ts'
import { bytes, raw } from '../support/raw.ts'
import { recordingUpstream } from '../support/upstream.ts'

const FORWARDED = 'X-Forwarded-For: 192.0.2.7\r\n'
const JUNK = ['unknown', '192.0.2.7:4711', '[2001:db8::1]', '192.0.2.7,', '127.0.0.1, _hidden', '010.0.0.1']

t.test('a rule for the network of the proxy itself', async t => {
  const app = await recordingUpstream(t)
  const house = await openHouse(t, {
    apps: `  lan: { upstream: '${app.origin}', rules: [{ networks: 127.0.0.0/8, policy: bypass }] }\n`,
  })
  const { doorPort, plainPort, log } = await openGateway(t, house)

  for (const name of ['auth-request', 'forward-auth', 'ext-authz'] as const) {
    const question = questionOf(house, name, { app: 'lan' })
    const said = async (line: string) => (await raw(doorPort, question.replace(FORWARDED, line))).status
    t.equal(await said('X-Forwarded-For: 127.0.0.1\r\n'), 200, `${name}: who is there gets in`)
    t.equal(await said(''), 401, `${name}: not told`)
    for (const value of JUNK)
      t.equal(await said(`X-Forwarded-For: ${value}\r\n`), 401, `${name}: told ${value}`)
  }
  const told = log.filter(({ message }) => message.includes('cannot be read'))
  t.equal(told.length, 3, "the proxy's owner hears of it, once for each way to ask")
  t.match(told[0]?.fields.fault, /X-Forwarded-For/)

  const at = (value: string) =>
    raw(
      plainPort,
      bytes('GET /', [
        ['Host', house.at('lan').host],
        ['X-Forwarded-For', value],
      ]),
    )
  t.equal((await at('127.0.0.1')).status, 200, 'the proxy door')
  for (const value of JUNK) t.equal((await at(value)).status, 401, `the proxy door, told ${value}`)
})
