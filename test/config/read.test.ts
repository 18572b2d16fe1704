import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import { PemConverter, SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509'
import t from 'tap'
import { formatFaults } from '../../src/config/format.ts'
import type { ReadingHost } from '../../src/config/host.ts'
import { type Reading, readConfig } from '../../src/config/read.ts'

const now = Date.UTC(2026, 10, 24)
const base = 'domain: example.com\nauthelia: { url: http://127.0.0.1:9091 }\n'
const app = 'apps:\n  cams: { upstream: http://127.0.0.1:8080 }\n'

/** A machine that has these files in /etc/gatehouse. */
function host(files: Readonly<Record<string, string | Error>>): ReadingHost {
  return {
    cwd: '/etc/gatehouse',
    now: () => now,
    readFile(path) {
      const found =
        files[path.replace('/etc/gatehouse/', '')] ?? Object.assign(new Error('no'), { code: 'ENOENT' })
      if (typeof found !== 'string') throw found
      return Buffer.from(found)
    },
  }
}

const read = (text: string, files: Readonly<Record<string, string | Error>> = {}): Reading =>
  readConfig('gatehouse.yml', host({ 'gatehouse.yml': text, ...files }))

t.test('defaults', async t => {
  const { config, faults, warnings, files } = read(base + app)
  t.same(faults, [])
  t.same(warnings, [])
  t.same(files, ['/etc/gatehouse/gatehouse.yml'])
  t.match(config, {
    file: '/etc/gatehouse/gatehouse.yml',
    public_port: 443,
    listen: [
      {
        address: { host: '127.0.0.1', port: 9080 },
        door: 'proxy',
        trusted_proxies: ['127.0.0.0/8', '::1/128'],
      },
      {
        address: { host: '127.0.0.1', port: 9081 },
        door: 'forward_auth',
        trusted_proxies: ['127.0.0.0/8', '::1/128'],
      },
    ],
    workers: 1,
    authelia: {
      url: 'http://127.0.0.1:9091',
      timeout: 2000,
      verdict_ttl: 2000,
      verdict_scope: 'request',
      grace: 0,
    },
    session: {
      cookie: 'authelia_session',
      portal: 'https://auth.example.com',
      portal_host: 'auth.example.com',
      inactivity: 300_000,
    },
    apps: [
      {
        name: 'cams',
        hosts: ['cams.example.com'],
        streams: { recheck: 5000, counts_as_activity: true },
        policy: 'one_factor',
        timeouts: { connect: 5000, first_byte: 60_000, idle: 0 },
        paths: 'strict',
        cross_site: 'deny',
        preflight: 'judge',
        basic: 'off',
        identity_headers: {
          'Remote-User': 'user',
          'Remote-Groups': 'groups',
          'Remote-Name': 'name',
          'Remote-Email': 'email',
        },
      },
    ],
  })
  t.notOk(config?.portal)
})

t.test('the built-in portal, rules, frames and trust', async t => {
  const text = `domain: example.com
public_port: 8443
trusted_proxies: 10.0.0.1
listen: [{ address: 127.0.0.1:0 }, { unix: gate.sock }]
portal: { host: Login.example.com, users: data/users.yml }
apps:
  organizr: { upstream: http://127.0.0.1:1 }
  cams:
    upstream: http://127.0.0.1:2
    framed_by: [organizr, https://other.example.com]
    rules:
      - { resources: ^/a, subject: [[group:a, group:b], user:c], policy: two_factor }
      - { query: [[{ key: k }, { key: l, value: v }]], networks: 10.0.0.1, methods: GET, policy: deny }
`
  const { config, faults, files } = read(text, { 'data/users.yml': '' })
  t.same(faults, [])
  t.same(files, ['/etc/gatehouse/gatehouse.yml', '/etc/gatehouse/data/users.yml'])
  t.match(config, {
    portal: {
      host: 'login.example.com',
      users: '/etc/gatehouse/data/users.yml',
      totp: '/etc/gatehouse/data/totp.json',
      enrolment: 'open',
      inactivity: 300_000,
      expiration: 3_600_000,
      remember_me: 2_592_000_000,
      regulation: { max_retries: 3, find_time: 120_000, ban_time: 300_000 },
    },
    session: { portal: 'https://login.example.com:8443', portal_host: 'login.example.com' },
    listen: [
      { address: { port: 0 }, trusted_proxies: ['10.0.0.1/32'] },
      { unix: '/etc/gatehouse/gate.sock', mode: 0o660 },
    ],
  })
  const cams = config?.apps[1]
  t.same(cams?.framed_by, ['https://organizr.example.com:8443', 'https://other.example.com'])
  t.match(cams?.rules[0], {
    label: 'apps.cams.rules[0]',
    domains: [],
    resources: ['^/a'],
    subjects: [['group:a', 'group:b'], ['user:c']],
  })
  t.same(cams?.rules[1]?.query, [
    [
      { key: 'k', operator: 'present' },
      { key: 'l', operator: 'equal', value: 'v' },
    ],
  ])
  t.match(cams?.rules[1], { methods: ['GET'], networks: ['10.0.0.1/32'], policy: 'deny' })
})

t.test('a listener that the network reaches trusts nobody unless told', async t => {
  const text = `${base}listen: [{ address: 192.168.1.2:9080 }]\n${app}`
  t.same(read(text).config?.listen[0]?.trusted_proxies, [])
})

t.test('a file that cannot be read', async t => {
  for (const [code, words] of [
    ['ENOENT', /does not exist/],
    ['EACCES', /may not be read/],
    ['EISDIR', /is a folder/],
    ['EIO', /cannot be read/],
  ] as const) {
    const { config, faults } = read('', { 'gatehouse.yml': Object.assign(new Error('x'), { code }) })
    t.equal(config, undefined)
    t.match(formatFaults(faults), words, code)
  }
})

async function certificate(until: number): Promise<{ pem: string; key: string }> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const names = new SubjectAlternativeNameExtension([{ type: 'dns', value: '*.example.com' }])
  const made = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=example.com',
    notBefore: new Date(now - 1e9),
    notAfter: new Date(until),
    keys,
    signingAlgorithm: algorithm,
    extensions: [names],
  })
  return {
    pem: made.toString('pem'),
    key: PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY'),
  }
}

t.test('certificates: fine, about to end, ended', async t => {
  const text = `${base}listen: [{ address: 0.0.0.0:8443, tls: { certificate: a.pem, key: a.key } }]\n${app}`
  for (const [days, faults, warnings] of [
    [30, 0, 0],
    [13, 0, 1],
    [-1, 1, 0],
  ] as const) {
    const { pem, key } = await certificate(now + days * 86_400_000)
    const reading = read(text, { 'a.pem': pem, 'a.key': key })
    t.same([reading.faults.length, reading.warnings.length], [faults, warnings], `${days} days`)
    t.same(
      reading.files.slice(1),
      ['/etc/gatehouse/a.pem', '/etc/gatehouse/a.key'],
      'to watch, faults or not',
    )
  }
})

t.test('other rooms have their say about the files that they know', async t => {
  const text =
    'domain: example.com\nauthelia: { url: http://127.0.0.1:9091, configuration: a.yml, verdict_scope: app }\n'
  const machine = host({ 'gatehouse.yml': text + app, 'a.yml': 'theirs' })
  const asked: unknown[] = []
  const reading = readConfig('gatehouse.yml', machine, {
    authelia(input) {
      asked.push(input)
      return [
        { severity: 'fault', message: 'Bad.' },
        { severity: 'warning', message: 'Odd.', hint: 'even' },
      ]
    },
  })
  t.same(asked, [
    {
      path: '/etc/gatehouse/a.yml',
      text: 'theirs',
      domain: 'example.com',
      hosts: ['cams.example.com'],
      scope: 'app',
    },
  ])
  t.match(reading.faults, [{ message: 'Bad.', line: 2 }])
  t.match(reading.warnings, [{ message: 'Odd.', hint: 'even', line: 2 }])
})

t.test('a word is said once: nothing follows from what was cut out', async t => {
  const text = `${base}apps:\n  cams:\n    upstream: http://127.0.0.1:1\n    rules:\n      - { resources: ['('], policy: bypass }\n      - { policy: deny }\n`
  const { faults, warnings } = read(text)
  t.equal(faults.length, 1)
  t.same(warnings, [], 'the first rule has a test, though a faulty one')
})

t.test('hostile files end quickly and quietly', async t => {
  const deep = `${'['.repeat(20_000)}`
  const wide = `${base}apps: { ${Array.from({ length: 2000 }, (_, n) => `a${n}: { upstream: http://127.0.0.1:1 }`).join(', ')} }\n`
  t.ok(read(wide).config, 'two thousand apps are fine')
  for (const [name, text] of [
    ['deep brackets', deep],
    ['deep aliases', `a: &a [*a]\n${base}`],
    ['a prototype', `${base}__proto__: { apps: {} }\n${app}`],
    ['an app named as a prototype', `${base}apps: { __proto__: { upstream: http://127.0.0.1:1 } }\n`],
    ['null bytes', 'domain: "a\\0b"\n\0'],
    ['too large', ' '.repeat(5_000_000)],
  ] as const) {
    const reading = read(text)
    t.equal(reading.config, undefined, name)
    t.ok(reading.faults.length > 0, `${name} is a fault`)
  }
  t.equal(({} as Record<string, unknown>).apps, undefined)
})

t.test('colours, tabs and long lines', async t => {
  const long = `${base}apps:\n  cams: { upstream: http://127.0.0.1:1, framed_by: [cams], host: cams.example.com${' '.repeat(200)}, polcy: deny }\n`
  const { faults } = read(long)
  t.match(formatFaults(faults, { colour: true }), /\u001b\[31m/)
  const [, line = '', caret = ''] = formatFaults(faults).split('\n')
  t.ok(line.length < 120, 'a long line is cut')
  t.equal(
    line.slice(caret.indexOf('^'), caret.lastIndexOf('^') + 1),
    'polcy',
    'and the caret still marks the word',
  )
})
