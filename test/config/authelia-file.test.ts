import { readFileSync } from 'node:fs'
import t from 'tap'
import { readAutheliaFile } from '../../src/config/authelia-file.ts'
import { autheliaDuration } from '../../src/config/authelia-file-duration.ts'

const base = `authentication_backend: { file: { path: users.yml } }
session: { cookies: [{ domain: example.com, authelia_url: https://auth.example.com }] }
access_control: { default_policy: one_factor }
`
const read = (text: string) => readAutheliaFile(text, '/etc/authelia/configuration.yml')
/** The base with some of its lines replaced by others. */
const withLines = (lines: string): string => {
  const keys = [...lines.matchAll(/^(\w+):/gm)].map(found => `${found[1]}:`)
  return (
    base
      .split('\n')
      .filter(line => !keys.some(key => line.startsWith(key)))
      .join('\n') + lines
  )
}
const ruled = (rule: string): string => withLines(`access_control:\n  rules:\n    - ${rule}\n`)

t.test('the smallest file gets Authelia’s defaults', async t => {
  const { settings, ignored, notes, faults } = read(base)
  const common = {
    name: 'authelia_session',
    same_site: 'lax',
    expiration: 3_600_000,
    inactivity: 300_000,
    remember_me: 2_592_000_000,
  }
  t.same(faults, [])
  t.same(ignored, [])
  t.same(settings, {
    access_control: { rules: [], fallback: 'one_factor', fallbackLabel: 'access_control.default_policy' },
    session: {
      ...common,
      cookies: [{ ...common, domain: 'example.com', authelia_url: 'https://auth.example.com' }],
    },
    users: {
      path: '/etc/authelia/users.yml',
      watch: false,
      search: { email: false, case_insensitive: false },
    },
    regulation: { modes: ['user'], max_retries: 3, find_time: 120_000, ban_time: 300_000 },
    totp: {
      disable: false,
      issuer: 'Authelia',
      algorithm: 'SHA1',
      digits: 6,
      period: 30,
      skew: 1,
      secret_size: 32,
      disable_reuse_security_policy: false,
    },
  })
  t.match(notes, [/file\.path: \/etc\/authelia\/users\.yml, beside the configuration/])
})

t.test('the recorded file', async t => {
  const file = new URL('../authz/recorded-rules.yml', import.meta.url).pathname
  const { settings, ignored, faults } = readAutheliaFile(readFileSync(file, 'utf8'), file)
  t.same(faults, [])
  t.same(ignored, ['theme'])
  t.equal(settings?.access_control.rules.length, 20)
  t.match(settings?.access_control.rules[9], {
    subjects: [['group:admins', 'group:users'], ['user:dave']],
    label: 'access_control.rules[9]',
  })
  t.match(settings?.access_control.rules[12], { networks: ['10.0.0.0/8'], policy: 'bypass' })
  t.match(settings?.session.cookies[1], {
    name: 'other_session',
    domain: 'other.test',
    remember_me: 2_592_000_000,
  })
  t.match(settings?.regulation, { find_time: 20_000, ban_time: 20_000 })
})

t.test('values are read as loosely as Authelia reads them', async t => {
  for (const [text, expected] of [
    [ruled('{ domain: a.test, subject: "user:a", policy: one_factor }'), { subjects: [['user:a']] }],
    [
      ruled('{ domain: a.test, subject: "user:a,group:b", policy: one_factor }'),
      { subjects: [['user:a', 'group:b']] },
    ],
    [
      ruled('{ domain: a.test, subject: ["user:a", "group:b"], policy: one_factor }'),
      { subjects: [['user:a'], ['group:b']] },
    ],
    [ruled('{ domain: a.test, methods: GET, policy: deny }'), { methods: ['GET'], policy: 'deny' }],
    [
      ruled('{ domain_regex: ^a, resources: ^/x, policy: deny }'),
      { domainPatterns: ['^a'], resources: ['^/x'] },
    ],
    [
      ruled('{ domain: a.test, query: { key: k }, policy: deny }'),
      { query: [[{ key: 'k', operator: 'present' }]] },
    ],
    [
      ruled('{ domain: a.test, query: [{ key: k, value: v }], policy: deny }'),
      { query: [[{ key: 'k', operator: 'equal', value: 'v' }]] },
    ],
    [
      ruled('{ domain: a.test, query: [[{ key: 7, operator: absent }]], policy: deny }'),
      { query: [[{ key: '7', operator: 'absent' }]] },
    ],
    [
      withLines(
        'access_control:\n  networks: [{ name: lan, networks: 10.0.0.0/8 }]\n  rules: { domain: a.test, networks: [lan, "::1"], policy: deny }\n',
      ),
      { networks: ['10.0.0.0/8', '::1'] },
    ],
    [
      withLines(
        'definitions: { network: { lan: 10.0.0.1 } }\naccess_control: { rules: [{ domain: a.test, networks: lan, policy: deny }] }\n',
      ),
      { networks: ['10.0.0.1'] },
    ],
    [
      withLines(
        'x: &rule { domain: a.test, policy: bypass }\naccess_control: { rules: [{ <<: *rule, policy: deny }] }\n',
      ),
      { domains: ['a.test'], policy: 'deny' },
    ],
  ] as const) {
    const { settings, faults } = read(text)
    t.same(faults, [], text)
    t.match(settings?.access_control.rules[0], expected, text)
  }
})

t.test('sections that are not served are named', async t => {
  const text = `${withLines('session:\n  secret: hush\n  redis: { host: x }\n  cookies: [{ domain: example.com, authelia_url: https://auth.example.com }]\n')}storage: {}\nserver: {}\n`
  const { settings, ignored } = read(text)
  t.ok(settings)
  t.same(ignored, ['storage', 'server', 'session.secret', 'session.redis'])
})

t.test('durations', async t => {
  for (const [written, expected] of [
    ['1M', 2_592_000_000],
    ['5m', 300_000],
    ['1 hour', 3_600_000],
    ['1 hour and 5 minutes', 3_900_000],
    ['1h30m', 5_400_000],
    ['2 weeks', 1_209_600_000],
    ['1y', 31_536_000_000],
    ['1d12h', 129_600_000],
    ['500ms', 500],
    ['3 milliseconds', 3],
    ['10us', 0.01],
    ['300', 300_000],
    ['0', 0],
    ['', 0],
    [300, 300_000],
    [0, 0],
    [-1, -1000],
    [2.6, 3000],
    ['0s', undefined],
    ['-1', undefined],
    ['1.5h', undefined],
    ['5 parsecs', undefined],
    ['m', undefined],
    ['soon', undefined],
    ['1000y', undefined],
  ] as const) {
    t.equal(autheliaDuration(written), expected, String(written))
  }
})

t.test('session durations: inherited, and -1 turns remember_me off', async t => {
  const { settings } = read(
    withLines(
      'session:\n  expiration: 2h\n  inactivity: 0\n  remember_me: -1\n  cookies:\n    - { domain: example.com, authelia_url: https://auth.example.com/sub, inactivity: 90 }\n    - { domain: example.org, authelia_url: https://auth.example.org, remember_me: 1d, name: x, same_site: none }\n',
    ),
  )
  t.match(settings?.session, { expiration: 7_200_000, inactivity: 300_000, remember_me: 0 })
  t.match(settings?.session.cookies[0], {
    expiration: 7_200_000,
    inactivity: 90_000,
    remember_me: 0,
    authelia_url: 'https://auth.example.com/sub/',
  })
  t.match(settings?.session.cookies[1], { remember_me: 86_400_000, name: 'x', same_site: 'none' })
})
