/**
 * The forward-auth door, asked by those who should not, and about what nobody should get: forwarded headers
 * believed from anyone (oauth2-proxy CVE-2026-40575, Traefik CVE-2026-35051, authentik CVE-2023-36456),
 * another family's headers, questions that cannot be read in one way.
 */
import t from 'tap'
import { type HomeDoor, openDoorHome, questionOf } from '../support/door-home.ts'
import { bytes, openRaw, raw } from '../support/raw.ts'

type Header = readonly [string, string]

let home: HomeDoor
t.before(async () => {
  home = await openDoorHome(t)
})

const HTML: Header = ['Accept', 'text/html']

t.test('a peer that is not trusted is told nothing, and the log says what to add', async t => {
  const strange = await openDoorHome(t, 'trusted_proxies: [192.0.2.1/32]')
  for (const { name, ask } of strange.dialects) {
    for (const cookie of [undefined, strange.bob]) {
      const answer = await ask({ app: 'open', ...(cookie !== undefined && { cookie }) })
      t.equal(answer.status, 403, name)
      t.equal(answer.header('remote-user'), undefined, name)
    }
  }
  const own = await strange.get('/.gatehouse/sign-out', [['Host', strange.house.at('app').host]])
  t.equal(own.status, 403)
  const lines = strange.log.filter(({ message }) => message.includes('is not trusted'))
  t.equal(lines.length, 1, 'once a minute, not for each request')
  t.match(lines[0], { level: 'warn', fields: { peer: '127.0.0.1', add: 'trusted_proxies: [127.0.0.1/32]' } })
})

t.test("no dialect believes another's headers", async t => {
  const { host } = home.house.at('app')
  const open = home.house.at('open').host
  // The proxy asks about app; the client has written what another proxy would say of a public page.
  const foreign: Record<string, Header[]> = {
    'auth-request': [
      ['X-Forwarded-Host', open],
      ['X-Forwarded-Proto', 'https'],
      ['X-Forwarded-Method', 'GET'],
      ['X-Forwarded-URI', '/'],
    ],
    'forward-auth': [
      ['X-Original-URL', `https://${open}/`],
      ['X-Original-Method', 'GET'],
    ],
    'ext-authz': [
      ['X-Original-URL', `https://${open}/`],
      ['X-Forwarded-Host', open],
      ['X-Forwarded-URI', '/'],
      ['X-Forwarded-Method', 'GET'],
    ],
  }
  const always: Header[] = [
    ['Remote-User', 'root'],
    ['X-Authelia-URL', 'https://evil.example'],
    ['Session-Username', 'root'],
    ['Forwarded', `host=${open}`],
    ['X-HTTP-Method-Override', 'GET'],
    ['X_Original_URL', `https://${open}/`],
    ['X_Forwarded_Host', open],
  ]
  for (const { name, ask } of home.dialects) {
    const answer = await ask({ app: 'app', headers: [...(foreign[name] ?? []), ...always, HTML] })
    t.ok(answer.status === 401 || answer.status === 302, `${name}: ${answer.status}`)
    const rd = new URL(answer.header('location') ?? '').searchParams.get('rd') ?? ''
    t.equal(new URL(rd).host, host, `${name}: about the app that the proxy asked about`)
  }
})

t.test('a question that says a thing twice, wrongly or not at all never becomes a 2xx', async t => {
  const good: Record<string, [string, Header[]]> = {
    'auth-request': [
      'GET /api/authz/auth-request',
      [
        ['X-Original-URL', `https://${home.house.at('open').host}/`],
        ['X-Original-Method', 'GET'],
      ],
    ],
    'forward-auth': [
      'GET /api/authz/forward-auth',
      [
        ['X-Forwarded-Method', 'GET'],
        ['X-Forwarded-Proto', 'https'],
        ['X-Forwarded-Host', home.house.at('open').host],
        ['X-Forwarded-URI', '/'],
      ],
    ],
  }
  const wrong: [name: string, value: string][] = [
    ['X-Original-URL', `https://user@${home.house.at('open').host}/`],
    ['X-Original-URL', `//${home.house.at('open').host}/`],
    ['X-Original-URL', `https:\\\\${home.house.at('open').host}/`],
    ['X-Original-URL', `javascript://${home.house.at('open').host}/`],
    ['X-Original-URL', `ftp://${home.house.at('open').host}/`],
    ['X-Original-URL', `https://${home.house.at('open').host}/%zz`],
    ['X-Original-URL', `https://${home.house.at('open').host}/#top`],
    ['X-Original-URL', `https://${home.house.at('open').host}/a b`],
    ['X-Original-URL', 'https:///'],
    ['X-Original-URL', 'https://open.gatehouse.localhost.evil.example/'],
    ['X-Original-Method', 'get'],
    ['X-Original-Method', 'CONNECT'],
    ['X-Original-Method', ''],
    ['X-Forwarded-Proto', 'https, http'],
    ['X-Forwarded-Proto', 'HTTPS'],
    ['X-Forwarded-Host', `${home.house.at('open').host}, evil.example`],
    ['X-Forwarded-Host', `user@${home.house.at('open').host}`],
    ['X-Forwarded-Host', ''],
    ['X-Forwarded-URI', 'https://evil.example/'],
    ['X-Forwarded-URI', '/%00'],
    ['X-Forwarded-Method', 'GET\x7f'],
  ]
  for (const [dialect, [line, headers]] of Object.entries(good)) {
    t.equal(
      (await raw(home.doorPort, bytes(line, [['Host', 'x'], ...headers]))).status,
      200,
      `${dialect} as it should be`,
    )
    for (const [name] of headers) {
      const twice: Header[] = [['Host', 'x'], ...headers, [name.toLowerCase(), 'x']]
      t.equal((await raw(home.doorPort, bytes(line, twice))).status, 400, `${dialect}: two ${name}`)
      const without = headers.filter(([other]) => other !== name)
      const status = name === 'X-Forwarded-URI' ? 200 : 400
      t.equal(
        (await raw(home.doorPort, bytes(line, [['Host', 'x'], ...without]))).status,
        status,
        `${dialect}: no ${name}`,
      )
      for (const [, value] of wrong.filter(([other]) => other === name)) {
        const changed = headers.map(([other, before]) => [other, other === name ? value : before] as const)
        const answer = await raw(home.doorPort, bytes(line, [['Host', 'x'], ...changed]))
        t.ok(answer.status >= 400, `${dialect}: ${name}: ${JSON.stringify(value)} ${answer.status}`)
      }
    }
  }
  const glued = `GET /api/authz/ext-authz/`
  for (const target of ['open', '', '?x', '%2fopen'])
    t.equal(
      (
        await raw(
          home.doorPort,
          bytes(glued + target, [
            ['Host', home.house.at('open').host],
            ['X-Forwarded-Proto', 'https'],
          ]),
        )
      ).status,
      400,
      `ext-authz without its slash: ${target}`,
    )
})

t.test(
  'where a visitor comes from is the last address that is no proxy, never the first that anybody wrote',
  async t => {
    const house = await openDoorHome(t)
    const cases: [forwardedFor: string, client: string][] = [
      ['192.0.2.7', '192.0.2.7'],
      ['10.0.0.1, 192.0.2.7', '192.0.2.7'],
      ['10.0.0.1, 192.0.2.7, 127.0.0.1', '192.0.2.7'],
    ]
    for (const [value, client] of cases) {
      const question = questionOf(house.house, 'auth-request', { app: 'app' }).replace('192.0.2.7', value)
      await raw(house.doorPort, question)
      t.equal(house.log.filter(({ message }) => message === 'refused').at(-1)?.fields.client, client, value)
    }
  },
)

t.test('a refusal that goes round NGINX', async t => {
  const question = { app: 'admin', cookie: home.bob, headers: [HTML] }
  const answer = await home.dialect('auth-request').ask(question)
  const sealed = answer.header('x-gatehouse-refusal') ?? ''
  t.equal(answer.status, 403)
  const tell = (visit: Parameters<typeof questionOf>[2], value?: string) => {
    const asked = questionOf(home.house, 'auth-request', visit)
    const line = asked.replace('GET /api/authz/auth-request ', 'GET /api/authz/auth-request/refusal ')
    return raw(
      home.doorPort,
      value === undefined ? line : line.replace('\r\n', `\r\nX-Gatehouse-Refusal: ${value}\r\n`),
    )
  }
  await t.test('is told whole, once decided', async t => {
    const told = await tell(question, sealed)
    t.equal(told.status, 403)
    t.match(told.body, /bob[\s\S]*apps\.admin/)
  })
  await t.test('is decided anew where it was lost, damaged or is about another request', async t => {
    const other = await home.dialect('auth-request').ask({ app: 'app', headers: [HTML] })
    for (const value of [
      undefined,
      '',
      'x',
      '.',
      `${sealed}x`,
      sealed.replace(/^./, 'x'),
      other.header('x-gatehouse-refusal'),
    ]) {
      const told = await tell(question, value)
      t.equal(told.status, 403, String(value).slice(0, 12))
      t.match(told.body, /apps\.admin/)
    }
  })
  await t.test('is never a 2xx, even for what may pass', async t => {
    const told = await tell({ app: 'app', cookie: home.bob, headers: [HTML] }, '')
    t.equal(told.status, 503)
    t.equal(told.header('remote-user'), undefined)
  })
})

t.test('a body and what follows it is no second question', async t => {
  const connection = await openRaw(home.doorPort)
  t.teardown(() => connection.destroy())
  const inside = questionOf(home.house, 'ext-authz', { app: 'open' })
  const question = questionOf(home.house, 'ext-authz', { app: 'app', method: 'POST' })
  connection.write(question.replace('Content-Length: 0', `Content-Length: ${inside.length}`) + inside)
  t.equal((await connection.answer()).status, 401)
  connection.write(questionOf(home.house, 'ext-authz', { app: 'app' }))
  t.equal((await connection.answer()).status, 401, 'the next answer is to the next question')
})
