import t from 'tap'
import { Refusal } from '../../src/config/fault.ts'
import { readAddress } from '../../src/config/values/address.ts'
import { readDomain } from '../../src/config/values/domain.ts'
import { readDuration } from '../../src/config/values/duration.ts'
import { checkHeaderName, sameHeader } from '../../src/config/values/header.ts'
import { readHost } from '../../src/config/values/host.ts'
import { readMode } from '../../src/config/values/mode.ts'
import { readNetwork } from '../../src/config/values/network.ts'
import { readPath } from '../../src/config/values/path.ts'
import { readPattern } from '../../src/config/values/pattern.ts'
import { readSubject } from '../../src/config/values/subject.ts'
import { readUpstream } from '../../src/config/values/upstream.ts'

/** What a reader makes of a value; a refusal counts as its hint. */
class No {
  readonly hint: string | undefined
  constructor(hint?: string) {
    this.hint = hint
  }
}

function table(
  name: string,
  read: (input: unknown) => unknown,
  rows: readonly (readonly [unknown, unknown])[],
): void {
  t.test(name, async t => {
    for (const [input, wanted] of rows) {
      const shown = JSON.stringify(input)
      if (!(wanted instanceof No)) {
        t.same(read(input), wanted, `reads ${shown}`)
        continue
      }
      try {
        t.fail(`took ${shown} as ${JSON.stringify(read(input))}`)
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        if (wanted.hint === undefined) t.ok(error.message, `refuses ${shown}`)
        else t.equal(error.hint, wanted.hint, `refuses ${shown}`)
      }
    }
  })
}

table('durations', readDuration, [
  ['2s', 2000],
  ['500ms', 500],
  ['1h30m', 5_400_000],
  ['1d', 86_400_000],
  ['1m500ms', 60_500],
  ['2w', 1_209_600_000],
  ['0s', 0],
  [5, new No('5s')],
  [1.5, new No('5s')],
  [-1, new No('5s')],
  ['', new No()],
  ['5', new No()],
  ['5 m', new No('5m')],
  ['10 Minutes', new No('10m')],
  ['1M', new No('30d')],
  ['1y', new No('365d')],
  ['0.5h', new No('30m')],
  ['30m1h', new No()],
  ['1h1h', new No()],
  ['-5s', new No()],
  [true, new No()],
  [{}, new No()],
])

table('addresses', readAddress, [
  ['127.0.0.1:9080', { host: '127.0.0.1', port: 9080 }],
  ['[::1]:9080', { host: '::1', port: 9080 }],
  ['0.0.0.0:0', { host: '0.0.0.0', port: 0 }],
  [9080, new No('127.0.0.1:9080')],
  [':9080', new No('0.0.0.0:9080')],
  ['*:9080', new No('0.0.0.0:9080')],
  ['localhost:9080', new No('127.0.0.1:9080')],
  ['::1', new No("'[::1]:9080'")],
  ['::1:9080', new No("'[::1]:9080'")],
  ['[127.0.0.1]:80', new No()],
  ['127.0.0.1', new No('127.0.0.1:9080')],
  ['127.0.0.1:70000', new No()],
  ['127.0.0.1:http', new No()],
  ['010.0.0.1:80', new No()],
])

table('networks', readNetwork, [
  ['10.0.0.0/8', '10.0.0.0/8'],
  ['10.0.0.1', '10.0.0.1/32'],
  ['fd00::/8', 'fd00::/8'],
  ['::1', '::1/128'],
  ['010.0.0.0/8', new No('10.0.0.0/8')],
  ['10.0.0.01', new No('10.0.0.1')],
  ['10.0.0.0/33', new No()],
  ['10.0.0.0/8/8', new No()],
  ['10.0.0.0/', new No()],
  ['fe80::1%eth0', new No()],
  ['192.168.1.*', new No('192.168.1.0/24')],
  ['10.x', new No('10.0.0.0/8')],
  ['lan', new No()],
  [10, new No()],
])

table('modes', readMode, [
  ['0660', 0o660],
  ['660', 0o660],
  [660, new No("'0660'")],
  [999, new No("'0660'")],
  ['0999', new No()],
  ['rw-rw----', new No()],
])

table('hosts', readHost, [
  ['cams.example.com', 'cams.example.com'],
  ['CAMS.Example.com.', 'cams.example.com'],
  ['https://cams.example.com/x', new No('cams.example.com')],
  ['cams.example.com:8443', new No('cams.example.com')],
  ['*.example.com', new No()],
  ['192.168.1.1', new No()],
  ['my_cam.example.com', new No('my-cam.example.com')],
  ['bücher.example.com', new No('xn--bcher-kva.example.com')],
  ['-a.example.com', new No('a.example.com')],
  [`${'a'.repeat(64)}.example.com`, new No()],
  ['', new No()],
  ['a b', new No('a-b')],
  ['evil.com\n.example.com', new No()],
])

table('domains', readDomain, [
  ['example.com', 'example.com'],
  ['gatehouse.localhost', 'gatehouse.localhost'],
  ['me.duckdns.org', 'me.duckdns.org'],
  ['com', new No('home.com')],
  ['localhost', new No('gatehouse.localhost')],
  ['.example.com', new No('example.com')],
  ['*.example.com', new No('example.com')],
  ['duckdns.org', new No('yourname.duckdns.org')],
  ['co.uk', new No('yourname.co.uk')],
  ['10.0.0.1', new No('example.com')],
])

table('upstreams', readUpstream, [
  ['http://127.0.0.1:8080', { kind: 'http', origin: 'http://127.0.0.1:8080', host: '127.0.0.1:8080' }],
  ['HTTPS://Cam.lan:443/', { kind: 'https', origin: 'https://cam.lan', host: 'cam.lan' }],
  ['http://[::1]:80', { kind: 'http', origin: 'http://[::1]', host: '[::1]' }],
  [
    'unix:/run/a.sock',
    { kind: 'unix', origin: 'http://localhost', host: 'localhost', socket: '/run/a.sock' },
  ],
  ['unix:a.sock', new No()],
  ['unix:///run/a.sock', new No('unix:/run/a.sock')],
  ['/run/a.sock', new No('unix:/run/a.sock')],
  [8080, new No('http://127.0.0.1:8080')],
  ['cam:8080', new No('http://cam:8080')],
  ['ws://cam', new No('http://cam')],
  ['wss://cam', new No('https://cam')],
  ['http://me:pw@cam', new No('http://cam')],
  ['http://cam/path', new No('http://cam')],
  ['http://cam?x', new No('http://cam')],
  ['http://cam#x', new No('http://cam')],
  ['http://127.1', new No('http://127.0.0.1')],
  ['http://0x7f000001:80', new No('http://127.0.0.1')],
  ['http://cam:0x50', new No()],
  ['http://', new No()],
  ['http:\\\\cam', new No()],
  ['http://cam:99999', new No()],
  [undefined, new No()],
])

table('patterns', readPattern, [
  ['^/public/', '^/public/'],
  ['(?P<User>[a-z]+)', '(?P<User>[a-z]+)'],
  ['(?i)x', '(?i)x'],
  ['\\\\1', '\\\\1'],
  ['', new No()],
  ['(?=x)', new No('a rule of its own, before this one')],
  ['(?<!x)', new No('a rule of its own, before this one')],
  ['(a)\\1', new No('the words themselves: (a|b)')],
  ['a++', new No('the same without the last +')],
  ['(?>a)', new No('a plain group (?:…)')],
  ['*.jpg', new No("'.*\\.jpg'")],
  ['(', new No()],
  [5, new No()],
])

table('subjects', readSubject, [
  ['user:alice', [['user:alice']]],
  [
    ['group:a', 'group:b'],
    [['group:a'], ['group:b']],
  ],
  [
    [['group:a', 'group:b'], 'user:x'],
    [['group:a', 'group:b'], ['user:x']],
  ],
  ['family', new No("'group:family'")],
  ['users:alice', new No("'user:alice'")],
  ['group: a', new No("'group:a'")],
  ['group:a,b', new No('rename the group')],
  ['oauth2:client:x', new No()],
  [[], new No()],
  [[[]], new No()],
  [5, new No()],
])

table('paths of files', input => readPath(input, 'a.pem'), [
  ['a.pem', 'a.pem'],
  ['/etc/a.pem', '/etc/a.pem'],
  ['~/a.pem', new No('/home/you/a.pem')],
  ['https://x/a.pem', new No('a.pem')],
  ['-----BEGIN PRIVATE KEY-----\nabc', new No('a.pem')],
  ['', new No('a.pem')],
  [5, new No('a.pem')],
])

t.test('header names', async t => {
  for (const name of ['Remote-User', 'X-WEBAUTH-USER', 'remote_user'])
    t.doesNotThrow(() => checkHeaderName(name), name)
  const taken =
    'Host Cookie Set-Cookie Authorization Content-Length content_length Forwarded X-Forwarded-For x-forwarded-user Connection TE Transfer-Encoding Upgrade Keep-Alive Proxy-Authorization Sec-Fetch-Site'
  for (const name of [...taken.split(' '), 'Remote User', 'Remote:User', '', 'Rémote', 'a\r\nb']) {
    t.throws(() => checkHeaderName(name), Refusal, `refuses ${JSON.stringify(name)}`)
  }
  t.equal(sameHeader('Remote_User'), sameHeader('remote-user'))
  t.equal(sameHeader('Remote.User'), sameHeader('REMOTE-USER'))
})
