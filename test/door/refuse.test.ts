import t from 'tap'
import type { Exchange } from '../../src/authz/exchange.ts'
import type { App } from '../../src/config/model.ts'
import { REFUSALS, type ReplyCode, refusalReply } from '../../src/door/refuse.ts'
import { app, NOW, openWay } from '../authz/way.ts'

const PAGE = ['Sec-Fetch-Dest', 'document', 'Sec-Fetch-Site', 'none']
const MARK = `gatehouse_return%3D1-${Math.floor(NOW / 1000).toString(36)}`

/** Walks a request of nobody's and answers it. */
async function reply(
  given: { headers?: string[]; method?: string; target?: string; upgrade?: boolean },
  code: ReplyCode = 'login',
  more: Partial<App> = {},
) {
  const way = openWay([app('cams', more), app('organizr')])
  const { exchange } = await way.walk(given)
  return refusalReply(exchange satisfies Exchange, { code }, way.ground)
}

t.test('nobody’s request, by its class', async t => {
  const html = { headers: [...PAGE, 'Referer', 'https://cams.example.com/before'] }
  const page = await reply({ ...html, target: '/live?cam=1' })
  t.strictSame([page.status, page.body], [302, ''])
  t.equal(
    page.headers.location,
    `https://auth.example.com/?rd=https%3A%2F%2Fcams.example.com%2Flive%3Fcam%3D1%26${MARK}&rm=GET`,
  )

  const post = await reply({ ...html, method: 'POST', target: '/save' })
  t.equal(post.status, 303)
  t.match(
    post.headers.location,
    /rd=https%3A%2F%2Fcams\.example\.com%2Fbefore%3F/,
    'back to the form, not to its target',
  )

  for (const [what, headers] of [
    ['fetch', ['Sec-Fetch-Dest', 'empty', 'Accept', 'text/html', 'Sec-Fetch-Site', 'same-origin']],
    ['image', ['Sec-Fetch-Dest', 'image', 'Sec-Fetch-Site', 'same-origin']],
    ['XHR', ['X-Requested-With', 'XMLHttpRequest', 'Accept', 'text/html']],
    ['API', ['Accept', 'application/json']],
    ['curl', ['Accept', '*/*']],
    ['event stream', ['Accept', 'text/event-stream']],
  ] as const) {
    const data = await reply({ headers: [...headers], target: '/api/x' })
    t.equal(data.status, 401, what)
    t.notOk('location' in data.headers, what)
    const body = JSON.parse(data.body)
    t.match(
      body,
      { error: 'login', login: 'https://auth.example.com/?rd=https%3A%2F%2Fcams.example.com%2F&rm=GET' },
      what,
    )
  }
  const socket = await reply({ upgrade: true })
  t.equal(socket.status, 401)
  t.match(JSON.parse(socket.body), { error: 'login' })
})

t.test('a frame gets a small page that signs in at the top, and comes back to who shows it', async t => {
  const headers = [
    'Sec-Fetch-Dest',
    'iframe',
    'Sec-Fetch-Site',
    'same-site',
    'Referer',
    'https://organizr.example.com/',
  ]
  const {
    status,
    body,
    headers: sent,
  } = await reply({ headers }, 'login', { framed_by: ['https://organizr.example.com'] })
  t.equal(status, 401)
  t.match(body, /target="_top"/)
  t.match(body, /rd=https%3A%2F%2Forganizr\.example\.com%2F/)
  t.match(
    sent['content-security-policy'],
    /frame-ancestors https:\/\/cams\.example\.com https:\/\/organizr\.example\.com/,
  )
  t.notOk('x-frame-options' in sent)
  const stranger = await reply(
    { headers: [...headers.slice(0, 4), 'Referer', 'https://evil.org/'] },
    'login',
    { cross_site: 'allow' },
  )
  t.notMatch(stranger.body, /evil/)
})

t.test('every refusal has its status, and no refusal but login is a redirect', async t => {
  for (const code of Object.keys(REFUSALS) as ReplyCode[]) {
    const [status] = REFUSALS[code]
    const data = await reply({}, code)
    t.equal(data.status, status, code)
    t.equal(JSON.parse(data.body).error, code)
    t.equal(data.headers['cache-control'], 'no-store')
    if (code === 'login') continue
    const page = await reply({ headers: PAGE }, code)
    t.equal(page.status, status, code)
    t.match(page.headers['content-type'], /^text\/html/)
    t.match(page.body, /^<!doctype html>/i)
    t.notOk('location' in page.headers, code)
  }
})

t.test('CORS answers to origins of configured apps, exactly', async t => {
  for (const [origin, allowed] of [
    ['https://organizr.example.com', true],
    ['https://auth.example.com', true],
    ['https://organizr.example.com:8443', false],
    ['http://organizr.example.com', false],
    ['https://evil.example.com', false],
    ['https://organizr.example.com.evil.org', false],
    ['null', false],
  ] as const) {
    const { headers } = await reply({ headers: ['Origin', origin] })
    t.equal(headers['access-control-allow-origin'], allowed ? origin : undefined, origin)
    t.equal(headers.vary, 'Origin')
  }
})

t.test('Basic is offered to scripts alone, and where the app takes it', async t => {
  const off = await reply({})
  t.equal(off.headers['www-authenticate'], 'Session realm="cams.example.com"')
  const on = await reply({}, 'login', { basic: 'authelia' })
  t.match(on.headers['www-authenticate'], /^Basic realm="cams\.example\.com"/)
  const browser = await reply({ headers: ['Sec-Fetch-Site', 'same-origin'] }, 'login', { basic: 'authelia' })
  t.notMatch(browser.headers['www-authenticate'], /Basic/)
})

t.test('what a refusal carries along', async t => {
  const way = openWay([app('cams')])
  const { exchange } = await way.walk({ headers: PAGE })
  const { headers } = refusalReply(
    exchange,
    { code: 'unavailable', retryAfter: 5, cookies: ['a=b'] },
    way.ground,
  )
  t.strictSame([headers['retry-after'], headers['set-cookie']], ['5', ['a=b']])
})

t.test('a request that could not be read is answered too', async t => {
  const data = await reply({ target: '/%00' }, 'bad-request')
  t.equal(data.status, 400)
})
