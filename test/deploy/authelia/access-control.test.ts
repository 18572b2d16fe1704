import t, { type Test } from 'tap'
import { accessControlOf } from '../../../src/authz/ground.ts'
import { compile, stricter } from '../../../src/authz/policy.ts'
import { readAutheliaFile } from '../../../src/config/authelia-file.ts'
import { autheliaFiles } from '../../../src/deploy/authelia/files.ts'
import type { House } from '../../../src/deploy/types.ts'
import type { AccessObject, Subject } from '../../../src/types.ts'
import { houseOf } from '../houses.ts'

const HEAD = 'domain: example.com\nauthelia: { url: "http://127.0.0.1:9091" }\n'

/** The rendered rules as Authelia's, and the house that they are of. */
function rendered(t: Test, apps: string) {
  const house: House = houseOf(t, HEAD + apps)
  const text = autheliaFiles(house)[0]?.content ?? ''
  const { settings, faults } = readAutheliaFile(text, '/etc/gatehouse/configuration.yml')
  t.strictSame(faults, [], 'Authelia reads it')
  if (settings === undefined) throw new Error(text)
  return { house, text, control: settings.access_control, settings }
}

const nobody: Subject = { user: '', groups: [], client: '192.0.2.1' }
const alice: Subject = { user: 'alice', groups: ['family', 'admins'], client: '10.1.2.3' }
const bob: Subject = { user: 'bob', groups: ['friends'], client: '192.0.2.9' }
const at = (host: string, path: string, query = '', method = 'GET'): AccessObject => ({
  host,
  path,
  query,
  method,
})

t.test('what no app is about is refused; hosts of an app are one', async t => {
  const { control, text } = rendered(
    t,
    `public_port: 8443
apps:
  cams: { upstream: "http://127.0.0.1:1", hosts: [cams.example.com, porch.example.com], policy: two_factor }
  shut: { upstream: "http://127.0.0.1:2", policy: deny }
`,
  )
  const engine = compile(control)
  t.equal(engine.judge(alice, at('nas.example.com', '/')).policy, 'deny')
  t.equal(engine.judge(alice, at('porch.example.com', '/')).policy, 'two_factor')
  t.equal(engine.judge(alice, at('shut.example.com', '/')).policy, 'deny')
  t.match(text, "authelia_url: 'https://auth.example.com'")
  t.match(text, "default_redirection_url: 'https://cams.example.com:8443'")
})

t.test(
  'without apps behind the gateway there is a rule all the same, else Authelia would not start',
  async t => {
    const { control } = rendered(
      t,
      'oidc_apps: { w: { kind: custom, url: "https://w.example.com", client: { redirect_uris: ["https://w.example.com/cb"] } } }\n',
    )
    t.match(control.rules, [{ domains: ['*.example.com'], policy: 'deny' }])
  },
)

t.test('what cannot be said to Authelia is left to Gatehouse, and the file says so', async t => {
  const { text, control } = rendered(
    t,
    `apps:
  cams:
    upstream: "http://127.0.0.1:1"
    rules:
      - { methods: [REPORT], policy: two_factor }
      - { methods: [REPORT, GET], resources: ["^/dav/"], policy: two_factor }
      - { resources: ["^/x.y?"], policy: bypass }
      - { resources: ["^/p/", "(?i)^/q"], policy: bypass }
`,
  )
  t.match(text, "# apps.cams.rules[0] is left to Gatehouse: Authelia's rules know no REPORT.")
  t.match(text, '# apps.cams.rules[1]: REPORT by Gatehouse alone.')
  t.match(text, '# apps.cams.rules[2] is left to Gatehouse: "^/x.y?" cannot be said to Authelia exactly.')
  t.match(text, '# apps.cams.rules[3]: "(?i)^/q" by Gatehouse alone.')
  t.equal(control.rules.length, 3)
})

t.test('a query opens nothing that a path alone would not', async t => {
  const { control, house } = rendered(
    t,
    `apps:
  open:
    upstream: "http://127.0.0.1:1"
    policy: bypass
    rules: [{ resources: ["^/admin$", "/secret$"], policy: deny }]
  some:
    upstream: "http://127.0.0.1:2"
    policy: two_factor
    rules:
      - { resources: ["^/public/key$"], policy: deny }
      - { resources: ["^/public/"], policy: bypass }
      - { resources: ["^/other/"], policy: bypass }
`,
  )
  const engine = compile(control)
  const table: readonly [string, string, string, string][] = [
    ['open.example.com', '/admin', '?x', 'deny'],
    ['open.example.com', '/a/secret', '?x', 'deny'],
    ['open.example.com', '/', '?y=/admin?x', 'bypass'],
    ['open.example.com', '/administrator', '?x', 'bypass'],
    ['some.example.com', '/public/key', '?x', 'deny'],
    ['some.example.com', '/public/other', '?x', 'bypass'],
    ['some.example.com', '/other/', '?x', 'bypass'],
  ]
  for (const [host, path, query, policy] of table) {
    t.equal(engine.judge(nobody, at(host, path, query)).policy, policy, `${host}${path}${query}`)
    const app = house.config.apps.find(({ hosts }) => hosts.includes(host))
    if (app === undefined) throw new Error(host)
    const own = compile(accessControlOf(app), { bypassPathOnly: true }).judge(nobody, at(host, path, query))
    t.equal(stricter(own.policy, policy as typeof own.policy), policy, 'never weaker than Gatehouse')
  }
})

/** Rules that people write, in every order: as text, since that is how they are read. */
const RULES = [
  '{ resources: ["^/public/"], policy: bypass }',
  '{ resources: ["^/public([/?].*)?$", "^/favicon\\\\.ico$"], policy: bypass }',
  '{ resources: ["^/hook/(in|out)"], methods: [POST], policy: bypass }',
  '{ networks: [10.0.0.0/8], policy: bypass }',
  '{ resources: ["^/admin"], subject: ["group:admins"], policy: two_factor }',
  '{ resources: ["^/admin"], policy: deny }',
  '{ resources: ["^/public/private"], policy: deny }',
  '{ subject: ["user:bob", ["group:family", "group:admins"]], policy: one_factor }',
  '{ methods: [GET, HEAD], policy: one_factor }',
  '{ query: [[{ key: token, operator: present }, { key: x, value: "1" }]], policy: two_factor }',
  '{ query: [[{ key: token, operator: "not pattern", value: "^[0-9]+$" }]], methods: [PUT], policy: deny }',
  '{ resources: ["[.]php(\\\\?|$)"], policy: two_factor }',
  '{ resources: ["^/u/(?P<User>[a-z]+)/"], policy: one_factor }',
  '{ resources: ["^/exact$"], policy: deny }',
]

t.test('Authelia decides as Gatehouse does, whatever the rules', async t => {
  const seeds = Array.from({ length: 60 }, (_, n) => n)
  let state = 11
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  const apps = seeds.map(n => {
    const rules = Array.from({ length: 1 + random(5) }, () => RULES[random(RULES.length)])
    const policy = ['bypass', 'one_factor', 'two_factor', 'deny'][random(4)]
    return `  a${n}:\n    upstream: "http://127.0.0.1:${2000 + n}"\n    policy: ${policy}\n    rules:\n${rules.map(rule => `      - ${rule}\n`).join('')}`
  })
  const { house, control, text } = rendered(t, `apps:\n${apps.join('')}`)
  const theirs = compile(control)
  const paths = [
    '/',
    '/public',
    '/public/',
    '/public/a',
    '/public/private',
    '/publicity',
    '/admin',
    '/admin/x',
    '/exact',
    '/exact/',
    '/hook/in',
    '/hook/inn',
    '/hook/out/1',
    '/favicon.ico',
    '/x/public/',
    '/i.php',
    '/u/bob/',
    '/u/alice/x',
    '/%70ublic/',
    '/public/../admin',
    '/public/%2e%2e/exact',
  ]
  const queries = ['', '?', '?token', '?x=1&token=2', '?/public/', '?a=/admin', '?token=abc', '?b.php']
  let [same, judged] = [0, 0]
  for (const app of house.config.apps) {
    const own = compile(accessControlOf(app), { bypassPathOnly: true })
    const host = app.hosts[0] ?? ''
    const left = new RegExp(`apps\\.${app.name}\\.[^\\n]*(left to|alone)`).test(text)
    for (const subject of [nobody, alice, bob])
      for (const path of paths)
        for (const query of queries)
          for (const method of ['GET', 'POST', 'PUT']) {
            const object = at(host, path, query, method)
            const [a, b] = [own.judge(subject, object), theirs.judge(subject, object)]
            judged++
            if (a.policy === b.policy && a.bySubject === b.bySubject) same++
            else if (!left || stricter(a.policy, b.policy) !== b.policy)
              t.equal(
                b.policy,
                a.policy,
                `${app.name}: ${method} ${path}${query} of ${subject.user || 'nobody'}`,
              )
          }
  }
  t.ok(judged > 50_000, `${judged} questions`)
  t.ok(
    same / judged > 0.97,
    `${((100 * same) / judged).toFixed(2)}% are decided the same, the others more strictly`,
  )
})

t.test('the session is the one that the gateway counts on', async t => {
  const { settings } = rendered(t, 'apps: { cam: { upstream: "http://127.0.0.1:1" } }\n')
  t.match(settings.session.cookies, [
    {
      domain: 'example.com',
      name: 'authelia_session',
      inactivity: 300_000,
      expiration: 3_600_000,
      remember_me: 2_592_000_000,
    },
  ])
  t.equal(settings.users.path, '/etc/gatehouse/users_database.yml')
  t.equal(settings.users.watch, true)
})
