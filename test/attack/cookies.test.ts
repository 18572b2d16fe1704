/** The gateway's cookie at the app (oauth2-proxy#388), planted, damaged and replayed cookies, and 16 KB of others (Authelia#2331). */
import t from 'tap'
import { browserIn, logIn } from '../support/house.ts'
import { bytes, openRaw, raw } from '../support/raw.ts'
import { valuesOf } from '../support/upstream.ts'
import { openHome, UPGRADE } from './home.ts'

t.test('the app never sees the session, and keeps its own cookies', async t => {
  const { plainPort, app, to, session } = await openHome(t)
  const sent = ['Cookie', `a=1; authelia_session=${session}; AUTHELIA_SESSION=x; b=2`] as const
  t.equal((await raw(plainPort, bytes('GET /', [...to('app'), sent]))).status, 200)
  t.strictSame(valuesOf(app.seen[0]?.rawHeaders ?? [], 'Cookie'), ['a=1; b=2'])
})

t.test('16 KB of other cookies still get in', async t => {
  const { plainPort, app, to, session } = await openHome(t)
  const many = Array.from({ length: 16 }, (_, i) => `c${i}=${'x'.repeat(1000)}`).join('; ')
  const sent = ['Cookie', `${many}; authelia_session=${session}`] as const
  t.equal((await raw(plainPort, bytes('GET /', [...to('app'), sent]))).status, 200)
  t.equal(valuesOf(app.seen[0]?.rawHeaders ?? [], 'Remote-User')[0], 'bob')
})

t.test('damaged, foreign, doubled and differently cased cookies are nobody’s', async t => {
  const { plainPort, app, to, session } = await openHome(t)
  for (const sent of [
    `authelia_session=${session.slice(1)}`,
    `authelia_session=${session}x`,
    `authelia_session=${session.slice(0, 16)}`,
    `authelia_session=${encodeURIComponent(`${session}%`)}`,
    `AUTHELIA_SESSION=${session}`,
    `authelia_session=planted; authelia_session=${session}`,
    `authelia_session=${session}; authelia_session=planted`,
    'authelia_session=',
    'authelia_session=\xff\xfe',
    'authelia_session=__proto__',
  ]) {
    const { status } = await raw(plainPort, bytes('GET /', [...to('app'), ['Cookie', sent]]))
    t.equal(status, 401, sent.replace(session, '<session>'))
  }
  t.strictSame(app.seen, [])
})

t.test('an app plants and clears nothing', async t => {
  const { plainPort, to, cookie } = await openHome(t, (_request, response) => {
    response.writeHead(200, {
      'set-cookie': ['authelia_session=planted; Domain=gatehouse.localhost', 'Authelia_Session=x', 'sid=1'],
      'clear-site-data': '"cookies"',
      'remote-user': 'root',
    })
    response.end()
  })
  const answer = await raw(plainPort, bytes('GET /', [...to('app'), cookie]))
  const cookies = answer.headers.filter(([name]) => name === 'set-cookie').map(([, value]) => value)
  t.equal(cookies.filter(line => /^authelia_session/i.test(line)).length, 0)
  t.ok(cookies.includes('sid=1'))
  t.strictSame([answer.header('clear-site-data'), answer.header('remote-user')], [undefined, undefined])
})

t.test('after the sign-out the old cookie opens nothing, at once (oauth2-proxy CVE-2026-34454)', async t => {
  const { plainPort, to, cookie, house } = await openHome(t)
  t.equal(
    (await raw(plainPort, bytes('GET /', [...to('app'), cookie]))).status,
    200,
    'the verdict is kept now',
  )
  const origin = ['Origin', house.at('app').origin] as const
  const forged = bytes('POST /.gatehouse/sign-out', [
    ...to('app'),
    cookie,
    ['Origin', house.at('evil').origin],
    ['Content-Length', '0'],
  ])
  t.equal((await raw(plainPort, forged)).status, 403, 'no other page signs anybody out')
  t.equal((await raw(plainPort, bytes('GET /', [...to('app'), cookie]))).status, 200)
  const out = await raw(
    plainPort,
    bytes('POST /.gatehouse/sign-out', [...to('app'), cookie, origin, ['Content-Length', '0']]),
  )
  t.equal(out.status, 303)
  t.match(out.header('set-cookie'), /^authelia_session=; Max-Age=0;.*Domain=gatehouse\.localhost/)
  for (const name of ['app', 'evil'])
    t.equal((await raw(plainPort, bytes('GET /', [...to(name), cookie]))).status, 401, name)
})

t.test(
  'oauth2-proxy#644: over WebSocket the app sees its own cookies alone, and plants none in its 101',
  async t => {
    const { plainPort, app, to, session } = await openHome(t)
    app.server.prependListener('upgrade', (_request, socket) => {
      // Whatever the library writes first, these lines stand in its head.
      const write = socket.write.bind(socket)
      socket.write = (head: string) =>
        write(head.replace('\r\n', '\r\nSet-Cookie: authelia_session=planted\r\nSet-Cookie: sid=1\r\n'))
    })
    const connection = await openRaw(plainPort)
    t.teardown(() => connection.destroy())
    const sent = ['Cookie', `a=1; authelia_session=${session}; Authelia_Session=${session}; b=2`] as const
    connection.write(bytes('GET /socket', [...to('app'), ...UPGRADE, sent]))
    const answer = await connection.answer()
    t.equal(answer.status, 101)
    const got = app.seen[0]?.rawHeaders ?? []
    t.strictSame(valuesOf(got, 'Cookie'), ['a=1; b=2'])
    t.notOk(
      got.some(text => text.includes(session)),
      'in no header at all',
    )
    const cookies = answer.headers.filter(([name]) => name === 'set-cookie').map(([, value]) => value)
    t.ok(cookies.some(line => line.startsWith('sid=1')))
    t.notOk(cookies.some(line => /^authelia_session/i.test(line)))
  },
)

t.test('the next person on the same browser is not the previous one to the app', async t => {
  const { app, house, browser } = await openHome(t, (request, response) => {
    if (request.url === '/enter') response.setHeader('set-cookie', 'sid=of-bob; Path=/')
    response.end()
  })
  const cookies = () => valuesOf(app.seen.at(-1)?.rawHeaders ?? [], 'Cookie').join('; ')
  const user = () => valuesOf(app.seen.at(-1)?.rawHeaders ?? [], 'Remote-User')
  await browser.ask(house.at('app', '/enter'))
  await browser.ask(house.at('app'))
  t.equal(cookies(), 'sid=of-bob', "bob's own session reaches the app")
  const out = await browser.ask(house.at('app', '/.gatehouse/sign-out'), {
    method: 'POST',
    form: {},
    headers: { origin: house.at('app').origin, 'sec-fetch-site': 'same-origin' },
  })
  t.equal(out.status, 303)
  app.clear()
  await logIn(browser, house, 'dave', house.at('app'))
  t.ok(app.seen.length > 0)
  t.strictSame(user(), ['dave'])
  for (const { rawHeaders } of app.seen)
    t.notOk(
      rawHeaders.some(text => text.includes('of-bob')),
      "dave never sends bob's",
    )
  t.notMatch(browser.cookiesFor('app.gatehouse.localhost'), /of-bob/, 'and the browser has lost it')
  await browser.ask(house.at('app', '/enter'))
  await browser.ask(house.at('app'))
  t.equal(cookies(), 'sid=of-bob', 'what the app now sets is his')
})

t.test('a cookie of the previous person for the whole domain is ended for all of it', async t => {
  const { plainPort, house, cookie, to } = await openHome(t, (request, response) => {
    if (request.url === '/enter')
      response.setHeader('set-cookie', 'wide=of-bob; Domain=gatehouse.localhost; Path=/')
    response.end()
  })
  const set = async (path: string, sent: string) => {
    const answer = await raw(plainPort, bytes(`GET ${path}`, [...to('app'), ['Cookie', sent]]))
    return answer.headers.filter(([name]) => name === 'set-cookie').map(([, value]) => value)
  }
  const owner = (await set('/enter', cookie[1])).find(line => /^__Host-/.test(line))?.split(';', 1)[0]
  const next = browserIn(t, house)
  await logIn(next, house, 'dave', house.at('auth'))
  const dave = next.cookiesFor(house.at('auth').hostname)
  const lines = await set('/', `${dave}; ${owner}; wide=of-bob`)
  t.strictSame(
    lines.filter(line => /Max-Age=0/.test(line)).map(line => line.replace(/ Max-Age=0; Expires=[^;]+;/, '')),
    ['', '; Domain=app.gatehouse.localhost', '; Domain=gatehouse.localhost'].map(
      where => `wide=; Path=/${where}`,
    ),
    'and nothing else: not the session',
  )
})

t.test('Authelia#2331: up to 32 KB of other cookies are no 431, at the login page neither', async t => {
  const { plainPort, app, to, session } = await openHome(t)
  // Node's own limit is 16 KB, and the 431 of an app is the app's.
  Object.assign(app.server, { maxHeaderSize: 65_536 })
  app.server.closeAllConnections()
  for (const kilobytes of [4, 8, 16, 32]) {
    const many = `c=${'x'.repeat(kilobytes * 1024)}`
    for (const [what, headers, status] of [
      ['signed in', [...to('app'), ['Cookie', `${many}; authelia_session=${session}`]], 200],
      ['a stranger', [...to('app'), ['Cookie', many]], 401],
      ['the portal', [...to('auth'), ['Cookie', many], ['Accept', 'text/html']], 200],
    ] as const)
      t.equal((await raw(plainPort, bytes('GET /', headers))).status, status, `${what}, ${kilobytes} KB`)
  }
  t.equal(app.seen.length, 4)
})

t.test('a planted cookie on a long address is answered in a head that a proxy in front can read', async t => {
  const { plainPort, to } = await openHome(t)
  const two = ['Cookie', 'authelia_session=a; authelia_session=b'] as const
  for (const path of [`/${`${'a'.repeat(4_000)}/`.repeat(12)}`, `/${`${'a'.repeat(30)}/`.repeat(12)}`]) {
    const answer = await raw(plainPort, bytes(`GET ${path}`, [...to('app'), two, ['Accept', 'image/png']]))
    t.equal(answer.status, 401)
    const size = answer.headers.reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0)
    t.ok(size < 12_000, `${size} bytes`)
  }
})

t.test(
  'a cookie that was planted for a page of the portal is taken off, so that people can sign in',
  async t => {
    const { plainPort, to, session } = await openHome(t)
    for (const path of ['/second-factor', '/api/state']) {
      const two = ['Cookie', `authelia_session=planted; authelia_session=${session}`] as const
      const answer = await raw(plainPort, bytes(`GET ${path}?rd=x`, [...to('auth'), two]))
      const lines = answer.headers.filter(([name]) => name === 'set-cookie').map(([, line]) => line)
      for (const where of [`Path=${path}`, `Path=${path}; Domain=gatehouse.localhost`, 'Path=/'])
        t.ok(
          lines.some(line => line.startsWith('authelia_session=; ') && line.endsWith(where)),
          `${path}: ${where}`,
        )
      t.notOk(
        lines.some(line => line.endsWith('Path=/; Domain=gatehouse.localhost')),
        'the real one stays',
      )
    }
  },
)
