import t from 'tap'
import type { Answer, Failure } from '../../src/session/exchange.ts'
import { type Asked, readVerdict } from '../../src/session/read-verdict.ts'
import type { Verdict } from '../../src/session/verdict.ts'
import { answerOf, recorded, sent } from './stand-ins.ts'

const asked: Asked = { cookie: 'authelia_session', until: 42, authorization: false, bytes: 600 }

function answer(status: number, headers: [string, string | Buffer][], body = '200 OK'): Answer {
  const flat = headers.flat().map(part => (typeof part === 'string' ? Buffer.from(part) : part))
  return { status, headers: flat, body: Buffer.from(body) }
}

t.test('every recorded answer is read as what it is', async t => {
  const kinds: Record<string, [Verdict['kind'], string?]> = {
    'forward-auth/nocookie GET html public': ['allow'],
    'forward-auth/nocookie GET html one': ['login'],
    'forward-auth/nocookie GET html deny': ['deny'],
    'forward-auth/nocookie GET html XHR one': ['login'],
    'forward-auth/nocookie original PUT html two': ['login'],
    'forward-auth/nocookie original HEAD html two': ['login'],
    'forward-auth/nocookie original M-SEARCH html two': ['malformed'],
    'forward-auth/endpoint called with POST': ['unavailable'],
    'forward-auth/bad cookie one': ['login'],
    'forward-auth/alice 1fa one': ['allow', 'alice'],
    'forward-auth/bob 1fa one': ['allow', 'bob'],
    'forward-auth/dave 1fa one': ['allow', 'dave'],
    'forward-auth/erin 1fa public': ['allow', 'erin'],
    'forward-auth/frank 1fa one': ['allow', 'frank'],
    'forward-auth/alice 1fa two XHR': ['login'],
    'forward-auth/alice 1fa deny': ['deny'],
    'forward-auth/bob 1fa admin': ['deny'],
    'forward-auth/nocookie host evilexample.test': ['malformed'],
    'forward-auth/nocookie uri /%zz': ['malformed'],
    'forward-auth/Basic good alice one': ['allow', 'alice'],
    'forward-auth/Basic good alice two XHR': ['challenge'],
    'forward-auth/Basic good bob admin': ['deny'],
    'forward-auth/Basic bad one': ['challenge'],
    'forward-auth/Basic bad public': ['allow'],
    'forward-auth/Bearer junk + alice cookie one': ['allow', 'alice'],
    'forward-auth/headers > 4096 bytes': ['malformed'],
    'misc/newlines in displayname and group': ['allow', 'inject'],
    // OPTIONS to the endpoint itself is 200 for everybody: it must not look like an anonymous allow.
    'misc/OPTIONS to forward-auth endpoint for a two_factor host (bypass pitfall)': ['unavailable'],
    'misc/X-Forwarded-URI 4200 bytes': ['malformed'],
    'forward-auth/trailing slash endpoint': ['unavailable'],
    'variant-endpoints/forward-auth/proxy Proxy-Authorization bad': ['unavailable'],
  }
  const exchanges = recorded.filter(exchange => exchange.request.path.startsWith('/api/authz/'))
  t.same(
    exchanges.map(exchange => exchange.name).sort(),
    Object.keys(kinds).sort(),
    'no recording is left out',
  )
  for (const exchange of exchanges) {
    const [kind, user] = kinds[exchange.name] ?? []
    const bytes = exchange.request.headers.flat().join('  ').length
    const authorization = sent(exchange, 'authorization') !== undefined
    const verdict = readVerdict(answerOf(exchange), { ...asked, bytes, authorization })
    t.equal(verdict.kind, kind, exchange.name)
    if (verdict.kind === 'allow') t.equal(verdict.identity?.user, user, exchange.name)
  }
})

t.test('identities, whole', async t => {
  const of = (name: string) => {
    const exchange = recorded.find(r => r.name === name)
    return exchange === undefined ? undefined : readVerdict(answerOf(exchange), asked)
  }
  t.strictSame(of('forward-auth/erin 1fa public'), {
    kind: 'allow',
    until: 42,
    identity: {
      user: 'erin',
      groups: ['sales', ' emea', 'admins', 'fake', 'größe', 'users'],
      name: 'Érin Ünïcode, "Q" <x>',
      email: 'erin@example.test',
    },
  })
  t.strictSame(of('forward-auth/frank 1fa one'), {
    kind: 'allow',
    until: 42,
    identity: { user: 'frank', groups: [], name: 'Frank Nothing', email: '' },
  })
  t.match(of('misc/newlines in displayname and group'), {
    identity: { user: 'inject', groups: ['users', 'x  Remote-Groups: admins'] },
  })
})

t.test('a refusal relays our own cookie and no other', async t => {
  const ours = 'authelia_session=a!b#c; expires=Tue, 24 Nov 2026 06:45:19 GMT; domain=example.test; path=/'
  const verdict = readVerdict(
    answer(401, [
      ['Location', 'https://auth.example.test/?rd=https%3A%2F%2Fone.example.test%2F&rm=GET'],
      ['Set-Cookie', 'other_session=x; path=/'],
      ['Set-Cookie', 'AUTHELIA_SESSION=x'],
      ['Set-Cookie', 'authelia_session2=x'],
      ['set-cookie', ours],
      ['Set-Cookie', 'authelia_session=x\u0000y'],
    ]),
    asked,
  )
  t.strictSame(verdict, { kind: 'login', cookies: [ours] })
})

const PLAIN: [string, string] = ['Content-Type', 'text/plain; charset=utf-8']
const four = (user: string | Buffer, groups = '', name = '', email = ''): [string, string | Buffer][] => [
  PLAIN,
  ['Remote-User', user],
  ['Remote-Groups', groups],
  ['Remote-Name', name],
  ['Remote-Email', email],
]

t.test('garbage is never an allow', async t => {
  const rows: [string, Answer, number?][] = [
    ['a captive page', answer(200, [['Content-Type', 'text/html']], '<html>Welcome to the hotel</html>')],
    ['a captive page with the right body', answer(200, [['Content-Type', 'text/html']])],
    ['no type', answer(200, [])],
    ['two types', answer(200, [PLAIN, PLAIN])],
    ['an empty body', answer(200, [PLAIN], '')],
    ['another body', answer(200, [PLAIN], 'OK')],
    ['a body that goes on', answer(200, [PLAIN], '200 OK\n')],
    ['health JSON', answer(200, [['Content-Type', 'application/json']], '{"status":"OK"}')],
    ['a user in a page', answer(200, [...four('alice').slice(1), ['Content-Type', 'text/html']])],
    [
      'a user and a Location',
      answer(200, [...four('alice'), ['Location', 'https://auth.example.test/?rd=x']]),
    ],
    ['a user and a challenge', answer(200, [...four('alice'), ['WWW-Authenticate', 'Basic']])],
    ['a doubled user', answer(200, [...four('alice'), ['remote-user', 'alice']])],
    ['a doubled group list', answer(200, [...four('alice'), ['REMOTE-GROUPS', 'admins']])],
    ['a user that is not UTF-8', answer(200, four(Buffer.from([0x61, 0xff])))],
    ['a cut UTF-8 sequence', answer(200, four(Buffer.from([0x61, 0xc3])))],
    ['an overlong UTF-8 sequence', answer(200, four(Buffer.from([0xc0, 0xaf])))],
    ['a UTF-8 surrogate', answer(200, four(Buffer.from([0xed, 0xa0, 0x80])))],
    ['a user with a line feed', answer(200, four('alice\nadmins'))],
    ['a user with a NUL', answer(200, four('alice\u0000'))],
    ['a user with DEL', answer(200, four('alice\u007f'))],
    ['a user with a C1 control', answer(200, four('alice\u0085'))],
    ['groups with a tab', answer(200, four('alice', 'a\tb'))],
    ['groups without a user', answer(200, four('', 'admins'))],
    ['a name without a user', answer(200, four('', '', 'Alice'))],
    ['a user header alone', answer(200, [PLAIN, ['Remote-User', 'alice']])],
    ['all but the user header', answer(200, [PLAIN, ...four('').slice(2)])],
    ['201', answer(201, four('alice'))],
    ['202', answer(202, four('alice'))],
    ['204', answer(204, four('alice'), '')],
    ['206', answer(206, four('alice'))],
    ['299', answer(299, four('alice'))],
    ['304', answer(304, four('alice'), '')],
    ['0', answer(0, four('alice'))],
    ['301 elsewhere', answer(301, [['Location', 'https://elsewhere.test/']])],
    ['307 to the portal', answer(307, [['Location', 'https://auth.example.test/?rd=x']])],
    ['302 elsewhere', answer(302, [['Location', 'https://elsewhere.test/']])],
    ['302 without scheme', answer(302, [['Location', '/login?rd=x']])],
    ['302 to http', answer(302, [['Location', 'http://auth.example.test/?rd=x']])],
    ['302 without Location', answer(302, [])],
    [
      '302 with two',
      answer(302, Array<[string, string]>(2).fill(['Location', 'https://auth.example.test/?rd=x'])),
    ],
    ['401 with neither', answer(401, [PLAIN])],
    ['a challenge to nobody', answer(401, [['WWW-Authenticate', 'Basic realm="router"']])],
    ['a 403 page', answer(403, [['Content-Type', 'text/html']], '<html>')],
    ['a 400 page', answer(400, [['Content-Type', 'text/html']], '<html>')],
    ['404', answer(404, [PLAIN], '404 Not Found')],
    ['429', answer(429, [PLAIN])],
    ['a 431 to a small question', answer(431, [PLAIN])],
    ['500 with a user', answer(500, four('alice'))],
    ['502', answer(502, [])],
  ]
  for (const [name, given] of rows) {
    const verdict = readVerdict(given, asked)
    t.equal(verdict.kind, 'unavailable', name)
    if (verdict.kind !== 'unavailable') continue
    t.ok(verdict.retryAfter > 0, `${name}: says when to come back`)
    t.match(verdict.reason, /^(garbage|status)$/, name)
  }
})

t.test('no answer', async t => {
  const rows: [Failure['failure'], string][] = [
    ['refused', 'unavailable'],
    ['timeout', 'unavailable'],
    ['garbage', 'unavailable'],
    ['unsendable', 'malformed'],
  ]
  for (const [failure, kind] of rows) {
    t.equal(readVerdict({ failure, detail: 'x', stale: false }, asked).kind, kind, failure)
  }
})

t.test('an empty identity is nobody', async t => {
  t.strictSame(readVerdict(answer(200, four('')), asked), { kind: 'allow', identity: undefined, until: 42 })
})

t.test('too large says so', async t => {
  const verdict = readVerdict(answer(431, [PLAIN]), { ...asked, bytes: 4200 })
  t.strictSame(verdict, { kind: 'malformed', tooLarge: true })
})
