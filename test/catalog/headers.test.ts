import t from 'tap'
import { HEADER_ENTRIES } from '../../src/catalog/catalog.ts'
import { HEADER_SHEETS } from '../../src/catalog/headers/all.ts'
import { headerSheet } from '../../src/catalog/sheet/sheet.ts'
import type { HeaderFacts, Step } from '../../src/catalog/types.ts'
import { checkHeaderName } from '../../src/config/values/header.ts'

const factsOf = (change: Partial<HeaderFacts> = {}): HeaderFacts => ({
  name: 'box',
  url: 'https://box.example.com:8443',
  portal: 'https://auth.example.com:8443',
  domain: 'example.com',
  settings: {},
  groups: [],
  upstream: 'http://127.0.0.1:8765',
  identity_headers: { 'X-Who': 'user', 'X-Teams': 'groups', 'X-Called': 'name', 'X-Post': 'email' },
  policy: 'one_factor',
  ...change,
})

const textOf = (steps: readonly Step[]): string => JSON.stringify(steps)
const ALL = HEADER_SHEETS.map(entry => [entry.kind, entry] as const)

t.test('every kind of the first users is there, once', async t => {
  const kinds = HEADER_ENTRIES.map(({ kind }) => kind)
  for (const kind of [
    ...['shinobi', 'jira', 'organizr', 'seafile', 'octoprint'],
    ...['miniflux', 'radicale', 'grafana', 'paperless', 'calibre-web'],
  ])
    t.equal(kinds.filter(one => one === kind).length, 1, kind)
  t.strictSame(
    HEADER_SHEETS.map(({ kind }) => kind),
    kinds,
    'each has a sheet',
  )
})

for (const [kind, entry] of ALL) {
  t.test(kind, async t => {
    const { checked, identity_headers, port = 8765 } = entry
    t.match(checked.on, /^\d{4}-\d\d-\d\d$/)
    t.ok(checked.sources.length > 0 && checked.sources.every(source => URL.canParse(source)))
    for (const name of Object.keys(identity_headers)) t.doesNotThrow(() => checkHeaderName(name), name)
    t.ok(Object.values(identity_headers).includes('user'), 'it is told the user')

    const own = factsOf({ identity_headers, upstream: `http://127.0.0.1:${port}` })
    t.strictSame(
      headerSheet({ kind, facts: { ...own, basic: 'authelia' } }).warnings,
      [],
      'nothing to warn of',
    )

    const text = textOf(entry.steps(own))
    const [user = ''] = Object.keys(identity_headers)
    const cgi = `HTTP_${user.toUpperCase().replaceAll('-', '_')}`
    const named =
      text.includes(user) ||
      text.includes(cgi) ||
      text.includes(entry.kind === 'radicale' ? 'http_x_remote_user' : user)
    t.ok(named || kind === 'shinobi', 'the header that it reads is named')
    t.match(text, /127\.0\.0\.1/, 'and that it listens on loopback')
    t.match(text, `sport = :${port}`, 'and how to see that')
  })
}

t.test('names that the file gives stand in the sheet, and the usual ones do not', async t => {
  for (const [kind, entry] of ALL) {
    if (kind === 'shinobi' || kind === 'radicale') continue
    const text = textOf(entry.steps(factsOf()))
    t.match(text, /X-Who|HTTP_X_WHO/, kind)
    t.notMatch(text, /(?<![A-Z_"])(Remote-User|X-WEBAUTH-USER|HTTP_REMOTE_USER)/i, kind)
  }
  const radicale = HEADER_SHEETS.find(({ kind }) => kind === 'radicale')
  const type = (header: string) =>
    textOf(radicale?.steps(factsOf({ identity_headers: { [header]: 'user' } })) ?? [])
  t.match(type('Remote-User'), 'type = http_remote_user')
  t.match(type('X-Remote-User'), 'type = http_x_remote_user')
})

t.test('an app on another machine: a firewall, and no trust in the loopback address', async t => {
  for (const [kind, entry] of ALL) {
    const text = textOf(entry.steps(factsOf({ upstream: 'http://10.0.0.7:8765' })))
    t.match(text, 'ADDRESS-OF-THE-GATEHOUSE-MACHINE', kind)
    t.notMatch(text, /127\.0\.0\.1|::1/, kind)
  }
})

t.test('an app on a socket, or on IPv6', async t => {
  for (const [kind, entry] of ALL) {
    t.match(textOf(entry.steps(factsOf({ upstream: 'unix:/run/box.sock' }))), '/run/box.sock', kind)
    const six = textOf(entry.steps(factsOf({ upstream: 'http://[::1]:8765' })))
    t.match(six, '8765', kind)
    t.notMatch(six, /::1:8765/, `${kind}: brackets around it where the port follows`)
  }
})

t.test('the address of signing out has the port that browsers see', async t => {
  for (const [kind, entry] of ALL) {
    const text = textOf(entry.steps(factsOf()))
    for (const [address] of text.matchAll(/https:\/\/box\.example\.com[^"\\`' /]*/g))
      t.equal(address, 'https://box.example.com:8443', kind)
  }
})
