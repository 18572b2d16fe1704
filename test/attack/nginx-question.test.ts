/** What is judged is what the app gets: the bytes of the address, the host, and every location of a server. */
import t from 'tap'
import { type NginxStub, one, openNginxStub } from '../support/nginx-stub.ts'
import { without } from '../support/programs.ts'
import { bytes, openRaw, raw } from '../support/raw.ts'

const skip = without('nginx')
const NAME = 'stub.example.com'

/** Sends a request line as it is, and gives what was asked about and what the app got. */
async function through(
  stub: NginxStub,
  target: string,
  host = NAME,
  more: readonly (readonly [string, string])[] = [],
) {
  stub.door.clear()
  stub.app.clear()
  const { status } = await raw(stub.port, bytes(`GET ${target}`, [['Host', host], ...more]))
  const asked = stub.questions()[0]
  const got = stub.app.seen[0]
  return { status, asked: one(asked, 'x-original-url'), target: got?.target, host: one(got, 'host') }
}

t.test('CVE-2026-48020: identical bytes on both sides, or 400', { skip }, async t => {
  const stub = await openNginxStub(t)
  const targets = [
    '/',
    '/a/b?c=d',
    '/a/../b',
    '/a/./b',
    '//a',
    '/a//b',
    '/%2e%2e/b',
    '/a%2fb',
    '/a%5cb',
    '/a;b/c',
    '/..;/a',
    '/a\\b',
    '/%252e',
    '/a?b=/../c&d=%zz',
    '/a%20b',
    '/\xc3\xa9',
    '/a?x=\xff',
    '/?',
    '/a#b',
    '/a?b#c',
    '/a/%C3%A9?%00',
  ]
  for (const target of targets) {
    const { status, asked, target: got, host } = await through(stub, target)
    if (status === 400) t.equal(got, undefined, `${target} ends at NGINX`)
    else t.strictSame([asked, got, host], [`http://${NAME}${target}`, target, NAME], target)
  }
  for (const target of ['/%00', '/a%', '/../a', '/a b', '*', 'a', `http://user@${NAME}/`])
    t.equal((await through(stub, target)).status, 400, `${target} ends at NGINX`)
})

t.test('a request line with a whole address: its host counts, for all three', { skip }, async t => {
  const stub = await openNginxStub(t)
  t.strictSame(await through(stub, `http://${NAME}/a?b`, 'open.example.com:99'), {
    status: 200,
    asked: `http://${NAME}/a?b`,
    target: '/a?b',
    host: `${NAME}:99`,
  })
  t.match(await through(stub, `http://${NAME}?b=/x`), { asked: `http://${NAME}?b=/x`, target: '/?b=/x' })
})

t.test('a server reached by chance is judged as itself, not as the Host that was sent', { skip }, async t => {
  const cases = [
    [NAME, NAME, NAME],
    [NAME, 'open.example.com', NAME],
    [NAME, 'open.example.com:99', `${NAME}`],
    [NAME, `${NAME.toUpperCase()}.:8443`, NAME],
    [NAME, `${NAME}?`, NAME],
    [NAME, `x@${NAME}`, NAME],
    [`${NAME} second.example.com`, 'second.example.com', NAME],
    ['*.example.com', 'one.example.com', 'one.example.com'],
    ['*.example.com', 'open.example.org', '*.example.com'],
    ['*.example.com', 'evilexample.com', '*.example.com'],
    ['*.example.com', 'open.example.com?.example.com', '*.example.com'],
    ['*.example.com', 'open.example.com#.example.com', '*.example.com'],
    ['*.example.com', 'x@open.example.com', '*.example.com'],
    ['_', 'one.example.com', 'one.example.com'],
    ['_', 'one.example.com?', '_'],
    ['_', '[::1]:8443', '[::1]'],
    ['""', 'one.example.com', 'one.example.com'],
    ['~^(one|two)\\.example\\.com$', 'two.example.com', 'two.example.com'],
  ] as const
  for (const [names, host, judged] of cases) {
    const stub = await openNginxStub(t, { names: names.startsWith('~') ? `"${names}"` : names })
    const seen = await through(stub, '/', host)
    t.equal(seen.asked, `http://${judged}/`, `server_name ${names}, Host: ${host}`)
    t.equal(seen.host.replace(/:\d+$/, ''), judged, 'and the app is told so')
  }
})

t.test('every location asks, whichever NGINX takes the path for', { skip }, async t => {
  const stub = await openNginxStub(t, {
    locations: `location /forgot/ { proxy_pass APP; }
      location ~ \\.(png|css)$ { proxy_pass APP; }
      location = /own { include gatehouse/protect.conf; proxy_set_header X-Own $gatehouse_user; proxy_pass APP; }`,
  })
  const forged = [
    ['Remote-User', 'root'],
    ['Cookie', 'authelia_session=bob'],
  ] as const
  for (const target of [
    '/',
    '/forgot/x',
    '/forgot/%2e%2e/own',
    '/x/../forgot/',
    '/a.png',
    '/own',
    '/FORGOT/',
  ]) {
    const seen = await through(stub, target, NAME, forged)
    t.match(seen, { status: 200, asked: `http://${NAME}${target}`, target })
    t.equal(one(stub.app.seen[0], 'remote-user'), 'bob', `${target}: and nobody forges who it is`)
    t.equal(one(stub.app.seen[0], 'cookie'), 'none')
  }
  t.equal(one(stub.app.seen[0], 'x-own'), 'none')
  await through(stub, '/own', NAME, [...forged, ['X-Own', 'root']])
  t.equal(one(stub.app.seen[0], 'x-own'), 'bob', "an app's own header")
  for (const target of ['/.gatehouse/question', '/%2egatehouse/question', '/x/../.gatehouse/question'])
    t.match(await through(stub, target), { status: 404, target: undefined }, `${target} is for NGINX alone`)
})

t.test('the question has what the door needs, and nothing else of the client', { skip }, async t => {
  const stub = await openNginxStub(t)
  const sent = {
    Accept: 'text/html',
    Origin: 'https://x',
    Referer: 'https://x/y',
    'Sec-Fetch-Site': 'cross-site',
    'Sec-Fetch-Mode': 'cors',
    'Sec-Fetch-Dest': 'image',
    'X-Requested-With': 'XMLHttpRequest',
    'Access-Control-Request-Method': 'PUT',
    Authorization: 'Basic eDp5',
    'Sec-WebSocket-Key': 'abc',
    'X-Gatehouse-Token': 'token',
  }
  const other = {
    'User-Agent': 'x',
    'Remote-User': 'root',
    'X-Forwarded-Host': 'x',
    'X-Forwarded-Method': 'x',
    'Content-Type': 'x/y',
    Range: 'bytes=0-1',
    'If-None-Match': '"x"',
    'Content-Length': '4',
  }
  await raw(stub.port, bytes('REPORT /x', [['Host', NAME], ...Object.entries({ ...sent, ...other })], 'body'))
  const asked = stub.questions()[0]
  t.equal(asked?.method, 'HEAD')
  t.equal(asked?.body, '', "the body is the app's")
  const names = (asked?.rawHeaders ?? []).filter((_, at) => at % 2 === 0).map(name => name.toLowerCase())
  const expected = [
    ...Object.keys(sent),
    'X-Original-URL',
    'X-Original-Method',
    'X-Forwarded-For',
    'Host',
  ].map(name => name.toLowerCase())
  t.strictSame(names.sort(), expected.sort())
  for (const [name, value] of Object.entries(sent)) t.equal(one(asked, name), value)
  t.strictSame([one(asked, 'x-original-method'), one(asked, 'x-forwarded-for')], ['REPORT', '127.0.0.1'])
  t.match(stub.app.seen[0], { method: 'REPORT', body: 'body' })
})

t.test('questions share a connection', { skip }, async t => {
  const stub = await openNginxStub(t)
  let connections = 0
  stub.door.server.on('connection', () => {
    connections++
  })
  for (let n = 0; n < 20; n++) await through(stub, `/${n}`)
  t.equal(connections, 1)
})

t.test('h2c: of upgrades only a whole handshake passes', { skip }, async t => {
  const stub = await openNginxStub(t)
  const upgrade = (...more: (readonly [string, string])[]) =>
    through(stub, '/', NAME, [['Connection', 'Upgrade, HTTP2-Settings'], ...more])
  for (const sent of [
    [
      ['Upgrade', 'h2c'],
      ['HTTP2-Settings', 'AAMAAABkAAQAAP__'],
    ],
    [['Upgrade', 'websocket']],
    [
      ['Upgrade', 'h2c, websocket'],
      ['Sec-WebSocket-Key', 'x'],
    ],
  ] as const) {
    t.equal((await upgrade(...sent)).status, 200)
    t.strictSame([one(stub.app.seen[0], 'upgrade'), one(stub.app.seen[0], 'connection')], ['none', 'none'])
  }
  const connection = await openRaw(stub.port)
  t.teardown(connection.destroy)
  connection.write(
    bytes('GET /', [
      ['Host', NAME],
      ['Connection', 'upgrade'],
      ['Upgrade', 'WebSocket'],
      ['Sec-WebSocket-Version', '13'],
      ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
    ]),
  )
  t.equal((await connection.answer()).status, 101)
})

t.test('what an app answers does not lead NGINX or the browser astray', { skip }, async t => {
  const stub = await openNginxStub(t, {
    locations: 'location = /inside { internal; return 200 "inside"; }',
    answer(request, response) {
      response.setHeader('X-Accel-Redirect', request.url === '/1' ? '/.gatehouse/question' : '/inside')
      response.setHeader('Clear-Site-Data', '"cookies"')
      response.setHeader('Set-Cookie', [
        'a=1; Path=/; HttpOnly',
        'authelia_session=planted; Path=/; Secure',
        'Authelia_Session=x; Secure; SameSite=Strict',
        '__Host-gatehouse_owner=x; Path=/; Secure',
      ])
      response.end('the app')
    },
  })
  for (const target of ['/1', '/2']) {
    const answer = await raw(stub.port, bytes(`GET ${target}`, [['Host', NAME]]))
    t.match(answer, { status: 200, body: 'the app' })
    t.equal(answer.header('clear-site-data'), undefined)
    t.strictSame(
      answer.headers.filter(([name]) => name === 'set-cookie').map(([, value]) => value),
      [
        'a=1; Path=/; HttpOnly',
        'authelia_session=planted; Path=/; SameSite=None',
        'Authelia_Session=x; SameSite=None',
        '__Host-gatehouse_owner=x; Path=/',
      ],
      'our own names are set as browsers refuse it',
    )
  }
})
