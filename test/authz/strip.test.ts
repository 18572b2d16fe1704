import t from 'tap'
import { cookiesForApp } from '../../src/authz/strip.ts'
import { expirePlanted, sessionCookie } from '../../src/session/cookie.ts'
import { ALICE, allow, app, openWay, valuesOf, word } from './way.ts'

const SPOOFS = [
  'Remote-User',
  'remote_user',
  'REMOTE-USER',
  'remote.user',
  'Remote_User',
  'REMOTE_USER',
  'Remote-Groups',
  'remote~email',
]

t.test('no spelling of an identity header reaches an app, on any branch', async t => {
  const branches = {
    bypass: app('cams', { policy: 'bypass' }),
    'signed in': app('cams'),
    preflight: app('cams', { preflight: 'pass' }),
  }
  for (const [branch, one] of Object.entries(branches)) {
    const way = openWay([one], { verdicts: { a: allow(ALICE) } })
    const spoofed = SPOOFS.flatMap(name => [name, 'mallory', name, ''])
    const headers = [
      ...spoofed,
      ...(branch === 'bypass' ? [] : ['Cookie', 'authelia_session=a']),
      ...(branch === 'preflight'
        ? ['Origin', 'https://x.example.com', 'Access-Control-Request-Method', 'PUT']
        : []),
    ]
    const { exchange, answer } = await way.walk({
      method: branch === 'preflight' ? 'OPTIONS' : 'GET',
      headers,
    })
    t.equal(word(answer), 'pass', branch)
    t.strictSame(valuesOf(exchange, 'Remote-User'), branch === 'signed in' ? ['alice'] : [], branch)
    t.strictSame(valuesOf(exchange, 'Remote-Groups'), branch === 'signed in' ? ['admins,family'] : [], branch)
    t.notOk(exchange.headers.includes('mallory'), branch)
  }
})

t.test('identity headers of one app are stripped for every app', async t => {
  const way = openWay([
    app('cams', { policy: 'bypass' }),
    app('grafana', { identity_headers: { 'X-WEBAUTH-USER': 'user' } }),
  ])
  const { exchange } = await way.walk({ headers: ['x_webauth_user', 'admin'] })
  t.strictSame(valuesOf(exchange, 'x-webauth-user'), [])
})

t.test('what Connection names goes, and ours are set after that', async t => {
  const way = openWay([app('cams')], { verdicts: { a: allow(ALICE) } })
  const { exchange } = await way.walk({
    headers: [
      'Connection',
      'Remote-User, X-Forwarded-For, X-Secret, Content-Length',
      'X-Secret',
      '1',
      'Content-Length',
      '0',
      'Cookie',
      'authelia_session=a',
    ],
  })
  t.strictSame(valuesOf(exchange, 'Remote-User'), ['alice'])
  t.strictSame(valuesOf(exchange, 'X-Forwarded-For'), ['192.0.2.7'])
  t.strictSame(valuesOf(exchange, 'X-Secret'), [])
  t.strictSame(valuesOf(exchange, 'Content-Length'), ['0'], 'the framing stays')
  t.strictSame(valuesOf(exchange, 'Connection'), [])
})

t.test('what a client says of the way to here is replaced', async t => {
  const way = openWay([app('cams', { policy: 'bypass' })], { public_port: 8443 })
  const { exchange } = await way.walk({
    host: 'cams.example.com:1',
    headers: [
      ...[
        'X-Forwarded-For',
        '1.2.3.4',
        'x_forwarded_host',
        'evil.org',
        'X-Forwarded-Proto',
        'http',
        'X-Forwarded-Prefix',
        '/x',
      ],
      ...[
        'Forwarded',
        'for=1.2.3.4',
        'X-Real-IP',
        '1.2.3.4',
        'X-Original-URL',
        '/admin',
        'X-Rewrite-URL',
        '/admin',
        'Proxy',
        'http://evil.org',
      ],
      ...['X-HTTP-Method-Override', 'DELETE', 'X-Gatehouse-User', 'mallory'],
    ],
  })
  t.strictSame(exchange.headers, [
    ...['Host', 'cams.example.com:8443'],
    ...[
      'X-Forwarded-Proto',
      'https',
      'X-Forwarded-Host',
      'cams.example.com:8443',
      'X-Forwarded-Port',
      '8443',
    ],
    ...['X-Forwarded-For', '192.0.2.7', 'X-Real-IP', '192.0.2.7'],
  ])
})

t.test('upstream_host: rewrite', async t => {
  const way = openWay([app('cams', { policy: 'bypass', upstream_host: 'rewrite' })])
  t.strictSame(valuesOf((await way.walk({})).exchange, 'host'), ['127.0.0.1:1'])
})

t.test('an Authorization that is not ours is passed on and never asked about', async t => {
  for (const value of ['Bearer junk', 'Digest username="x"', 'Basic YTph']) {
    const way = openWay([app('cams')], { verdicts: { a: allow(ALICE) } })
    const { exchange } = await way.walk({ headers: ['Authorization', value, 'Cookie', 'authelia_session=a'] })
    t.strictSame(valuesOf(exchange, 'authorization'), [value])
    t.match(way.asked[0], { authorization: undefined, session: 'a' })
  }
})

t.test('basic: authelia consumes Basic alone', async t => {
  const way = openWay([app('cams', { basic: 'authelia' })], {
    basic: allow(ALICE),
    verdicts: { a: allow(ALICE) },
  })
  const basic = await way.walk({
    headers: ['Authorization', 'basic YWxpY2U6eA==', 'Cookie', 'authelia_session=b'],
  })
  t.equal(word(basic.answer), 'pass')
  t.strictSame(valuesOf(basic.exchange, 'authorization'), [], 'the password stays here')
  t.match(
    way.asked[0],
    { session: undefined, authorization: 'basic YWxpY2U6eA==' },
    'one credential a question',
  )
  const bearer = await way.walk({ headers: ['Authorization', 'Bearer x', 'Cookie', 'authelia_session=a'] })
  t.strictSame(valuesOf(bearer.exchange, 'authorization'), ['Bearer x'])
})

t.test('the app’s Cookie header is the client’s less ours', async t => {
  for (const [header, expected] of [
    ['authelia_session=a', undefined],
    ['sid=1; authelia_session=a; x=2', 'sid=1; x=2'],
    ['AUTHELIA_SESSION=a; sid=1', 'sid=1'],
    ['__Host-gatehouse_owner=x; __host-gatehouse_y=z', undefined],
    ['=authelia_session=a; b=c', 'b=c'],
    ['authelia_session_x=1; xauthelia_session=2', 'authelia_session_x=1; xauthelia_session=2'],
    ['a=b=c; d', 'a=b=c; d'],
    [' ; ;a=1;;', 'a=1'],
  ] as const) {
    t.equal(cookiesForApp(header, 'authelia_session'), expected, header)
  }
})

t.test('the session cookie', async t => {
  for (const [header, expected] of [
    [undefined, { kind: 'none' }],
    ['a=b', { kind: 'none' }],
    ['authelia_session=', { kind: 'none' }],
    ['authelia_session=x%!#', { kind: 'one', value: 'x%!#' }],
    ['a=1; authelia_session=x; b=2', { kind: 'one', value: 'x' }],
    ['authelia_session=x; authelia_session=x', { kind: 'one', value: 'x' }],
    ['authelia_session=x; authelia_session=y', { kind: 'several' }],
    ['AUTHELIA_SESSION=x', { kind: 'none' }],
    ['authelia_session=a b', { kind: 'none' }],
    [`authelia_session=${'x'.repeat(300)}`, { kind: 'none' }],
  ] as const) {
    t.strictSame(sessionCookie(header, 'authelia_session'), expected, header ?? 'no header')
  }
})

t.test('a planted cookie is removed everywhere but where Authelia sets it', async t => {
  const lines = expirePlanted('authelia_session', 'example.com', '/cams/live/x')
  t.ok(lines.some(line => /Path=\/cams; Domain=example.com$/.test(line)))
  t.ok(lines.some(line => /Path=\/cams\/live\/$/.test(line)))
  t.ok(
    lines.some(line => /Path=\/$/.test(line)),
    'host-only at the root',
  )
  t.notOk(
    lines.some(line => /Path=\/; Domain/.test(line)),
    'Authelia’s own stays',
  )
  t.ok(expirePlanted('s', 'example.com', `/${'a/'.repeat(500)}`).length < 60, 'bounded')
})
