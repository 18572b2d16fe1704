import t from 'tap'
import { ALICE, allow, app, openWay, word } from './way.ts'

const ORIGIN = 'https://cams.example.com'
const SIBLING = 'https://evil.example.com'
const COOKIE = ['Cookie', 'authelia_session=a']
const site = (value: string) => ['Sec-Fetch-Site', value]
const from = (origin: string) => ['Origin', origin]

t.test('cross_site', async t => {
  for (const [rule, method, upgrade, headers, expected] of [
    ['deny', 'POST', false, [...from(ORIGIN), ...site('same-origin')], 'pass'],
    ['deny', 'POST', false, [...from(SIBLING), ...site('same-site')], 'refuse:cross-site'],
    ['deny', 'POST', false, from(SIBLING), 'refuse:cross-site'],
    ['deny', 'POST', false, from('null'), 'refuse:cross-site'],
    ['deny', 'POST', false, from(`${ORIGIN}:8443`), 'refuse:cross-site'],
    ['deny', 'POST', false, [...from(ORIGIN), ...from(SIBLING)], 'refuse:cross-site'],
    ['deny', 'POST', false, site('cross-site'), 'refuse:cross-site'],
    ['deny', 'POST', false, ['Referer', `${SIBLING}/x`], 'refuse:cross-site'],
    ['deny', 'POST', false, ['Referer', `${ORIGIN}/x`], 'pass'],
    ['deny', 'POST', false, [], 'pass'],
    ['deny', 'DELETE', false, site('same-site'), 'refuse:cross-site'],
    ['deny', 'GET', true, from(SIBLING), 'refuse:cross-site'],
    ['deny', 'GET', true, from(ORIGIN), 'pass'],
    ['deny', 'GET', true, [], 'pass'],
    ['deny', 'GET', false, site('same-site'), 'pass'],
    ['allow', 'POST', false, from(SIBLING), 'pass'],
    ['allow', 'GET', true, from(SIBLING), 'pass'],
    ['deny_all', 'GET', false, [...site('same-site'), 'Sec-Fetch-Dest', 'image'], 'refuse:cross-site'],
    ['deny_all', 'GET', false, [...site('cross-site'), 'Sec-Fetch-Dest', 'document'], 'refuse:interstitial'],
    ['deny_all', 'GET', false, [...site('none'), 'Sec-Fetch-Dest', 'document'], 'pass'],
    ['deny_all', 'GET', false, [...site('same-origin'), 'Sec-Fetch-Dest', 'image'], 'pass'],
    ['deny_all', 'GET', false, [], 'pass'],
  ] as const) {
    const way = openWay([app('cams', { cross_site: rule })], { verdicts: { a: allow(ALICE) } })
    const { answer } = await way.walk({ method, upgrade, headers: [...COOKIE, ...headers] })
    t.equal(word(answer), expected, `${rule} ${method}${upgrade ? ' upgrade' : ''} ${headers.join(' ')}`)
    if (expected === 'refuse:cross-site') t.equal(way.asked.length, 0, 'judged before anybody is asked')
  }
})

t.test('frames', async t => {
  const frame = ['Sec-Fetch-Dest', 'iframe', ...COOKIE]
  for (const [more, where, expected] of [
    [{}, 'same-site', 'refuse:framed'],
    [{}, 'cross-site', 'refuse:framed'],
    [{}, 'same-origin', 'pass'],
    [{ framed_by: ['https://organizr.example.com'] }, 'same-site', 'pass'],
    [{ cross_site: 'allow' as const }, 'same-site', 'pass'],
  ] as const) {
    const way = openWay([app('cams', more)], { verdicts: { a: allow(ALICE) } })
    t.equal(
      word((await way.walk({ headers: [...frame, ...site(where)] })).answer),
      expected,
      `${where} ${JSON.stringify(more)}`,
    )
  }
})

t.test('preflights', async t => {
  const headers = [
    ...from(SIBLING),
    'Access-Control-Request-Method',
    'PUT',
    'Cookie',
    'sid=1',
    'Authorization',
    'Bearer x',
  ]
  const judged = openWay([app('cams')])
  t.equal(word((await judged.walk({ method: 'OPTIONS', headers })).answer), 'refuse:login')
  const passed = openWay([app('cams', { preflight: 'pass', policy: 'deny' })])
  const { exchange, answer } = await passed.walk({ method: 'OPTIONS', headers })
  t.equal(word(answer), 'pass')
  t.notMatch(exchange.headers.join(' '), /sid=1|Bearer/, 'it goes as nobody’s')
  t.equal(passed.asked.length, 0)
  const plain = await passed.walk({ method: 'OPTIONS', headers: from(ORIGIN) })
  t.equal(word(plain.answer), 'refuse:denied', 'an OPTIONS that is no preflight is judged')
})
