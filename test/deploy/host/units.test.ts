import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { hostFiles, hostLinks } from '../../../src/deploy/host/files.ts'
import { unitPath } from '../../../src/deploy/host/unit-text.ts'
import { find, without } from '../../support/programs.ts'
import { houseOf } from '../houses.ts'

const FILES = { 'users.yml': 'users: {}\n', 'users_database.yml': 'users: {}\n' }
const CAM = 'apps: { cam: { upstream: "http://127.0.0.1:8080" } }\n'
const WIKI =
  'oidc_apps: { wiki: { kind: custom, url: "https://w.example.com", client: { redirect_uris: "https://w.example.com/c" } } }\n'
const HOUSES: Readonly<Record<string, string>> = {
  authelia: `domain: example.com\nauthelia: { url: "http://127.0.0.1:9091" }\n${CAM}${WIKI}deploy: { mail: { address: smtp://localhost, sender: a@example.com, username: a, password: { file: secrets/mail } } }\n`,
  portal: `domain: example.com\nportal: { users: users.yml }\n${CAM}${WIKI}`,
  'a socket and a low port': `domain: example.com\nauthelia: { url: "http://10.0.0.9:9091" }\nlisten: [{ unix: /run/gatehouse/gate.sock, group: www-data }, { address: 127.0.0.1:80 }]\n${CAM}`,
}

const units = (test: Test, yml: string) =>
  hostFiles(houseOf(test, yml, FILES)).filter(({ path }) => path.startsWith('systemd/'))
const unit = (test: Test, yml: string, name: string): string =>
  units(test, yml).find(({ path }) => path === `systemd/${name}.service`)?.content ?? ''

/** The values of a key, in order. */
const all = (text: string, key: string): string[] =>
  text.split('\n').flatMap(line => (line.startsWith(`${key}=`) ? [line.slice(key.length + 1)] : []))

t.test('Authelia gets each secret as a credential, and none by its environment or arguments', async t => {
  const text = unit(t, HOUSES.authelia ?? '', 'authelia')
  const loaded = all(text, 'LoadCredential').map(line => line.split(':'))
  t.match(loaded, [
    ['identity-validation-reset-password-jwt-secret', '/etc/gatehouse/secrets/authelia/reset-password-jwt'],
    ['session-secret', '/etc/gatehouse/secrets/authelia/session'],
    ['storage-encryption-key', '/etc/gatehouse/secrets/authelia/storage-encryption-key'],
    ['notifier-smtp-password', '/etc/gatehouse/secrets/mail'],
    ['identity-providers-oidc-hmac-secret', '/etc/gatehouse/secrets/oidc/hmac'],
    ['keys.yml', '/etc/gatehouse/secrets/authelia/keys.yml'],
  ])
  const named = all(text, 'Environment').map(line => /^AUTHELIA_\w+_FILE=%d\/(.+)$/.exec(line)?.[1])
  t.strictSame(
    named,
    loaded.map(([name]) => name).filter(name => name !== 'keys.yml'),
  )
  t.strictSame(all(text, 'ExecStart'), [
    '/usr/bin/authelia --config /etc/gatehouse/house/current/authelia/configuration.yml,%d/keys.yml',
  ])
  t.strictSame(all(text, 'MemoryDenyWriteExecute'), ['yes'])
})

t.test('the portal gets its key and the digests, never a clear client secret', async t => {
  const text = unit(t, HOUSES.portal ?? '', 'gatehouse')
  t.strictSame(all(text, 'LoadCredential'), [
    'oidc.key.pem:/etc/gatehouse/secrets/oidc/key.pem',
    'clients.wiki.digest:/etc/gatehouse/secrets/clients/wiki.digest',
  ])
  t.match(all(text, 'ExecStart')[0], /--secrets %d --state \/var\/lib\/gatehouse$/)
  t.strictSame(all(text, 'MemoryDenyWriteExecute'), [], 'V8 could not start')
  t.strictSame(
    hostLinks(houseOf(t, HOUSES.portal ?? '', FILES)).map(({ path }) => path),
    ['/etc/systemd/system/gatehouse.service'],
  )
})

t.test('another client secret starts the portal anew', async t => {
  const house = houseOf(t, HOUSES.portal ?? '', FILES)
  const at = (digest: string) => hostFiles({ ...house, digest: () => digest })[0]?.content
  t.equal(at('one'), at('one'))
  t.not(at('one'), at('other'))
})

t.test('with Authelia the gateway is told no secret at all', async t => {
  const text = unit(t, HOUSES.authelia ?? '', 'gatehouse')
  t.strictSame(all(text, 'LoadCredential'), [])
  t.strictSame(all(text, 'InaccessiblePaths'), ['-/etc/gatehouse/secrets'])
  t.strictSame(all(text, 'CapabilityBoundingSet'), [''])
})

t.test('what a socket for a group and a low port need, and no more', async t => {
  const text = unit(t, HOUSES['a socket and a low port'] ?? '', 'gatehouse')
  t.strictSame(all(text, 'AmbientCapabilities'), ['CAP_NET_BIND_SERVICE'])
  t.strictSame(all(text, 'SupplementaryGroups'), ['www-data'])
  t.strictSame(all(text, 'RuntimeDirectory'), ['gatehouse'])
  t.strictSame(units(t, HOUSES['a socket and a low port'] ?? '').length, 1, 'Authelia is elsewhere')
})

t.test('no path breaks out of its line', async t => {
  t.equal(unitPath('/a %d b'), '/a %%d b')
  for (const path of ['/a\\', '/a"b', "/a'b", '/a\rExecStart=/x', '/a\nb'])
    t.throws(() => unitPath(path), { name: 'HouseError' }, JSON.stringify(path))
  const yml = `domain: example.com\nauthelia: { url: "http://127.0.0.1:9091" }\nsecrets: "/srv/s %n"\n${CAM}`
  t.match(all(unit(t, yml, 'authelia'), 'LoadCredential')[0], ':/srv/s %%n/authelia/')
})

/** systemd.exec(5) rates from 0 (nothing is open) to 10; as percents here. */
const MOST_EXPOSED = 25

t.test(
  'systemd reads every unit without a word, and rates it well',
  { skip: without('systemd-analyze') },
  async t => {
    for (const [what, yml] of Object.entries(HOUSES)) {
      const folder = t.testdir()
      for (const { path, content } of units(t, yml)) {
        const file = join(folder, path.slice('systemd/'.length))
        mkdirSync(folder, { recursive: true })
        // The programs are not installed here; all else is as it is rendered.
        writeFileSync(file, content.replace(/^ExecStart=\S+/m, 'ExecStart=/bin/true'))
        const verify = spawnSync(find('systemd-analyze') ?? '', ['verify', '--man=no', file], {
          encoding: 'utf8',
        })
        t.strictSame([verify.status, verify.stdout + verify.stderr], [0, ''], `${what}: ${path}`)
        const args = ['security', '--offline=true', '--no-pager', `--threshold=${MOST_EXPOSED}`, file]
        const rated = spawnSync(find('systemd-analyze') ?? '', args, { encoding: 'utf8' })
        t.equal(rated.status, 0, `${what}: ${path}: ${/Overall.*/.exec(rated.stdout)?.[0] ?? rated.stderr}`)
      }
    }
  },
)
