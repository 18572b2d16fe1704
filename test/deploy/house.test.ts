import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { machine } from '../../src/config/host.ts'
import { HouseError, openHouse } from '../../src/deploy/house.ts'
import { configIn, DIGEST, houseOf, makeDigests } from './houses.ts'

const yml = (session: string): string => `domain: example.com
${session}
oidc_apps:
  wiki: { kind: custom, url: https://wiki.example.com, client: { redirect_uris: [https://wiki.example.com/cb] } }
  spa: { kind: custom, url: https://spa.example.com, client: { redirect_uris: [https://spa.example.com/], public: true } }
`
const AUTHELIA = yml('authelia: { url: "http://127.0.0.1:9091" }')
const PORTAL = yml('portal: { users: users_database.yml }')

t.test('digests are read, and what stands where the tree will be found', async t => {
  const house = houseOf(t, AUTHELIA)
  t.equal(house.digest('wiki'), DIGEST)
  t.equal(house.digest('spa'), undefined, 'a public client has no secret')
  t.equal(house.current, '/etc/gatehouse/house/current')
  const { config } = house
  t.equal(openHouse(config, machine('/', Date.now), { current: '/x/releases/7' }).current, '/x/releases/7')
})

t.test('a missing digest is said by name, with what to type', async t => {
  const config = configIn(t.testdir({ 'gatehouse.yml': AUTHELIA }))
  const open = () => openHouse(config, machine('/', Date.now))
  t.throws(open, { name: 'HouseError', hint: 'gatehouse secret make' })
  t.throws(open, /wiki: .*clients\/wiki\.digest does not exist/)
  makeDigests(config)
  t.equal(open().digest('wiki'), DIGEST)
})

t.test('a clear secret in its place is never rendered, nor said', async t => {
  const config = configIn(t.testdir({ 'gatehouse.yml': AUTHELIA }))
  makeDigests(config)
  writeFileSync(join(config.secrets, 'clients', 'wiki.digest'), 'hunter2hunter2hunter2hunter2hunter2\n')
  try {
    openHouse(config, machine('/', Date.now))
    t.fail('opened')
  } catch (error) {
    t.ok(error instanceof HouseError)
    t.match(String(error), /holds no digest/)
    t.notMatch(String(error), /hunter2/)
  }
})

t.test('the built-in portal needs no digest', async t => {
  const config = configIn(t.testdir({ 'gatehouse.yml': PORTAL, 'users_database.yml': 'users: {}\n' }))
  t.equal(openHouse(config, machine('/', Date.now)).digest('wiki'), undefined)
})

t.test('snippets are those of this package', async t => {
  t.match(houseOf(t, AUTHELIA).snippet('protect.conf'), /auth_request/)
})
