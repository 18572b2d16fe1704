import t from 'tap'
import type { Verdict } from '../../src/session/sessions.ts'
import { ALICE, allow, app, BOB, NOW, openWay, rule, valuesOf, word } from './way.ts'

const PAGE = ['Sec-Fetch-Dest', 'document', 'Sec-Fetch-Mode', 'navigate', 'Sec-Fetch-Site', 'none']
const COOKIE = ['Cookie', 'authelia_session=a']
const down: Verdict = { kind: 'unavailable', reason: 'refused', retryAfter: 5 }

t.test('Authelia’s verdict and the app’s policy: the stricter wins', async t => {
  const login: Verdict = { kind: 'login', cookies: [] }
  const deny: Verdict = { kind: 'deny' }
  for (const slow of [false, true]) {
    for (const [policy, verdict, expected] of [
      ['bypass', allow(ALICE), 'pass:alice'],
      ['bypass', allow(undefined), 'pass:'],
      ['bypass', login, 'pass:'],
      ['bypass', deny, 'pass:'],
      ['bypass', down, 'pass:'],
      ['one_factor', allow(ALICE), 'pass:alice'],
      ['one_factor', allow(undefined), 'refuse:login'],
      ['one_factor', login, 'refuse:login'],
      ['one_factor', deny, 'refuse:denied'],
      ['one_factor', down, 'refuse:unavailable'],
      ['one_factor', { kind: 'malformed' }, 'refuse:bad-request'],
      ['one_factor', { kind: 'malformed', tooLarge: true }, 'refuse:too-large'],
      ['one_factor', { kind: 'challenge' }, 'refuse:challenge'],
      ['one_factor', { kind: 'busy', retryAfter: 3 }, 'refuse:busy'],
      ['deny', allow(ALICE), 'refuse:denied'],
      ['deny', login, 'refuse:denied'],
      ['two_factor', login, 'refuse:login'],
      ['two_factor', allow(undefined), 'refuse:login'],
    ] as const) {
      const way = openWay([app('cams', { policy })], { verdicts: { a: verdict }, slow })
      const { exchange, answer } = await way.walk({ headers: COOKIE })
      const got = answer.kind === 'pass' ? `pass:${exchange.identity?.user ?? ''}` : word(answer)
      t.equal(got, expected, `${policy}, ${verdict.kind}${slow ? ', later' : ''}`)
      if (answer.kind !== 'pass') t.strictSame(exchange.headers, [], 'nothing is left to pass on')
    }
  }
})

t.test('two_factor asks for the level, of the same person', async t => {
  for (const [state, expected] of [
    [{ user: 'alice', level: 2 }, 'pass'],
    [{ user: 'alice', level: 1 }, 'refuse:second-factor'],
    [{ user: 'alice', level: 0 }, 'refuse:second-factor'],
    [{ user: 'bob', level: 2 }, 'refuse:login'],
    [undefined, 'refuse:login'],
  ] as const) {
    const way = openWay([app('cams', { policy: 'two_factor' })], {
      verdicts: { a: allow(ALICE) },
      ...(state && { states: { a: state } }),
    })
    t.equal(word((await way.walk({ headers: COOKIE })).answer), expected, JSON.stringify(state))
  }
})

t.test('Basic is one factor, whatever the account has', async t => {
  const way = openWay([app('cams', { policy: 'two_factor', basic: 'authelia' })], {
    basic: allow(ALICE),
    states: { a: { user: 'alice', level: 2 } },
  })
  const headers = ['Authorization', 'Basic YTph', ...COOKIE]
  t.equal(word((await way.walk({ headers })).answer), 'refuse:denied')
})

t.test('a bypass without a cookie asks nobody', async t => {
  const way = openWay([app('cams', { policy: 'bypass' })])
  t.equal(word((await way.walk({})).answer), 'pass')
  t.equal(way.asked.length, 0)
})

t.test('rules of the app', async t => {
  const rules = [
    rule({ resources: ['/public/.*'], policy: 'bypass', label: 'public' }),
    rule({
      resources: ['^/admin([/?].*)?$'],
      subjects: [['group:admins']],
      policy: 'one_factor',
      label: 'admins',
    }),
    rule({ resources: ['^/admin([/?].*)?$'], policy: 'deny', label: 'nobody else' }),
    rule({ methods: ['DELETE'], policy: 'deny', label: 'no delete' }),
  ]
  const way = openWay([app('cams', { rules })], { verdicts: { a: allow(ALICE), b: allow(BOB) } })
  for (const [who, method, target, expected] of [
    ['', 'GET', '/public/x', 'pass'],
    ['', 'GET', '/public/x?y', 'pass'],
    ['', 'GET', '/secret?/public/x', 'refuse:login'],
    ['', 'GET', '/secret/public/x', 'refuse:login'],
    ['', 'GET', '/%70ublic/x', 'refuse:login'],
    ['a', 'GET', '/admin', 'pass'],
    ['b', 'GET', '/admin', 'refuse:denied'],
    ['b', 'GET', '/%61dmin', 'refuse:denied'],
    ['b', 'GET', '/admin?x=/public/', 'refuse:denied'],
    ['', 'GET', '/admin', 'refuse:login'],
    ['b', 'GET', '/else', 'pass'],
    ['b', 'DELETE', '/else', 'refuse:denied'],
  ] as const) {
    const headers = who === '' ? [] : ['Cookie', `authelia_session=${who}`]
    t.equal(
      word((await way.walk({ method, target, headers })).answer),
      expected,
      `${who} ${method} ${target}`,
    )
  }
})

t.test('paths that two programs read differently are refused once a rule looks at the path', async t => {
  const looks = app('cams', { policy: 'bypass', rules: [rule({ resources: ['^/x$'], policy: 'deny' })] })
  const odd = [
    '/a%2fb',
    '/a%5Cb',
    '/a\\b',
    '/a/../b',
    '/a/%2e%2e/b',
    '/a/.%2E',
    '/./a',
    '/a//b',
    '/a;b',
    '/a%3bb',
    '/a%252e',
    '/a/.',
  ]
  for (const target of odd) {
    const strict = openWay([looks])
    t.equal(word((await strict.walk({ target })).answer), 'refuse:bad-request', target)
    const unlooked = openWay([app('cams', { policy: 'bypass' })])
    t.equal(word((await unlooked.walk({ target })).answer), 'pass', `${target}, no rule`)
    const authelia = openWay([app('cams', { policy: 'bypass' })], { autheliaLooks: true })
    t.equal(
      word((await authelia.walk({ target })).answer),
      'refuse:bad-request',
      `${target}, Authelia’s rule`,
    )
    const raw = openWay([app('cams', { policy: 'bypass', paths: 'raw' })], { autheliaLooks: true })
    t.equal(word((await raw.walk({ target })).answer), 'pass', `${target}, raw`)
  }
  for (const target of ['/.well-known/x', '/a..b', '/a.', '/100%25', '/a?x=//;%2f..']) {
    t.equal(word((await openWay([looks]).walk({ target })).answer), 'pass', target)
  }
})

t.test('a login that loops is explained instead of a fourth bounce', async t => {
  const seconds = Math.floor(NOW / 1000)
  const marker = (count: number, ago: number) => `${count}-${(seconds - ago).toString(36)}`
  for (const [value, expected] of [
    [marker(1, 1), 'refuse:login'],
    [marker(2, 3), 'refuse:login'],
    [marker(3, 9), 'refuse:loop'],
    [marker(3, 10), 'refuse:login'],
    [marker(3, -5), 'refuse:login'],
    ['0-abc', 'refuse:login'],
    ['x', 'refuse:login'],
  ] as const) {
    const { answer } = await openWay([app('cams')]).walk({
      target: `/?gatehouse_return=${value}`,
      headers: PAGE,
    })
    t.equal(word(answer), expected, value)
  }
})

t.test('two different session cookies are nobody’s session', async t => {
  const cookies = ['Cookie', 'authelia_session=evil; authelia_session=a']
  const way = openWay([app('cams')], { verdicts: { a: allow(ALICE), evil: allow(BOB) } })
  const page = await way.walk({ target: '/live/x?q', headers: [...cookies, ...PAGE] })
  t.match(page.answer, {
    kind: 'redirect',
    location: /^https:\/\/cams\.example\.com\/live\/x\?q&gatehouse_return=1-/,
  })
  t.match(page.answer, { cookies: [/^authelia_session=; Max-Age=0/] })
  t.equal(word((await way.walk({ headers: cookies })).answer), 'refuse:planted-cookie')
  t.equal(way.asked.length, 0, 'nobody is asked whose it is')
  const open = openWay([app('cams', { policy: 'bypass' })], { verdicts: { a: allow(ALICE) } })
  const { exchange, answer } = await open.walk({ headers: cookies })
  t.equal(word(answer), 'pass')
  t.strictSame(valuesOf(exchange, 'remote-user'), [])
})

t.test('an error in a step is a refusal', async t => {
  const way = openWay([app('cams')])
  const broken = {
    ...way.ground,
    sessions: {
      ...way.ground.sessions,
      verdict: () => {
        throw new Error('no')
      },
    },
  }
  const { authorize } = await import('../../src/authz/authorize.ts')
  const seen: string[] = []
  const arrival = {
    id: 'x',
    method: 'GET',
    target: '/',
    headers: ['Host', 'cams.example.com'],
    peer: '192.0.2.7',
    trusted: false,
    trusts: () => false,
    secure: true,
    upgrade: false,
  }
  const { answer, exchange } = await authorize(arrival, broken, (_e, step) => seen.push(step))
  t.equal(word(answer), 'refuse:unavailable')
  t.strictSame([seen, exchange.headers], [['resolve'], []])
})

t.test('the portal’s host and our own pages', async t => {
  const way = openWay([app('cams')])
  for (const [host, target, expected] of [
    ['auth.example.com', '/', 'portal'],
    ['auth.example.com', '/api/firstfactor', 'portal'],
    ['auth.example.com', '/api/authz/forward-auth', 'refuse:no-app'],
    ['auth.example.com', '/api/%61uthz/forward-auth', 'refuse:no-app'],
    ['auth.example.com', '//api//authz/auth-request', 'refuse:no-app'],
    ['auth.example.com', '/x/../api/verify', 'refuse:no-app'],
    ['auth.example.com', '/API/Verify', 'refuse:no-app'],
    ['cams.example.com', '/.gatehouse/sign-out', 'own'],
    ['cams.example.com', '/%2egatehouse/sign-out', 'own'],
    ['cams.example.com', '/%252egatehouse/x', 'own'],
    ['cams.example.com', '//.gatehouse/x', 'own'],
    ['cams.example.com', '/a/../.GateHouse/x', 'own'],
    ['cams.example.com', '/.gatehouse;x/y', 'own'],
    ['cams.example.com', '/.gatehouse', 'own'],
    ['cams.example.com', '/x/.gatehouse/y', 'refuse:login'],
    ['cams.example.com', '/.gatehousex', 'refuse:login'],
  ] as const) {
    t.equal(word((await way.walk({ host, target })).answer), expected, `${host}${target}`)
  }
})

t.test('a refusal names the rule that said no', async t => {
  const named = openWay([app('cams')], { verdicts: { a: { kind: 'deny', rule: 'apps.cams.rules[1]' } } })
  t.match((await named.walk({ headers: COOKIE })).answer, {
    refusal: { code: 'denied', rule: 'apps.cams.rules[1]' },
  })
  const authelia = openWay([app('cams')], { verdicts: { a: { kind: 'deny' } } })
  t.match((await authelia.walk({ headers: COOKIE })).answer, {
    refusal: { rule: "Authelia's access_control" },
  })
})
