/** Cookies are read once and remembered: what is remembered is never another's. */
import t from 'tap'
import { claimFor, openCookies } from '../../src/authz/cookies.ts'
import { Memo } from '../../src/lib/memo.ts'
import { BINDING_COOKIE, bind } from '../../src/upstream/app-cookies.ts'

const place = { host: 'app.example.com', path: '/' }
const NAME = 'authelia_session'

t.test('a header that comes again is read the same', async t => {
  const cookies = openCookies(NAME)
  const header = `a=1; ${NAME}=abc; b=2`
  for (const read of [cookies(header), cookies(header), openCookies(NAME)(header)])
    t.match(read, { session: { kind: 'one', value: 'abc' }, app: 'a=1; b=2', binding: undefined })
  t.equal(cookies(header), cookies(`${header}`), 'and once')
  t.match(openCookies('other')(header), { session: { kind: 'none' }, app: header }, 'by its own name alone')
  t.match(cookies(undefined), { session: { kind: 'none' }, app: undefined })
})

t.test('the same cookies on the request of another user are not theirs', async t => {
  const cookies = openCookies(NAME)
  const first = claimFor(cookies('sid=1'), 'alice', place, 'example.com')
  const line = bind(first, 'alice', []) ?? ''
  const header = `sid=1; ${line.split(';')[0]}`
  t.ok(line.startsWith(`${BINDING_COOKIE}=`))
  const claimBy = (user: string) => claimFor(cookies(header), user, place, 'example.com')
  for (let round = 0; round < 2; round++) {
    t.match(claimBy('alice'), { cookie: 'sid=1', changed: false, expired: [] })
    const other = claimBy('bob')
    t.equal(other.cookie, undefined)
    t.not(other.expired.length, 0)
  }
})

t.test('what the app sets on one answer is not remembered for the next request', async t => {
  const cookies = openCookies(NAME)
  const first = claimFor(cookies('sid=1'), 'alice', place, 'example.com')
  const header = `sid=1; ${(bind(first, 'alice', []) ?? '').split(';')[0]}`
  const claimed = claimFor(cookies(header), 'alice', place, 'example.com')
  t.not(bind(claimed, 'alice', ['new']), undefined)
  const again = claimFor(cookies(header), 'alice', place, 'example.com')
  t.equal(again, claimed, 'the same request')
  t.not(bind(again, 'alice', ['new']), undefined, 'and the same new name has to be written again')
})

t.test('a memo is bounded, and keeps no text that is long or not of bytes', async t => {
  let made = 0
  const memo = new Memo(text => `${text}${++made}`, 2, 3)
  t.strictSame(
    [memo.get('a'), memo.get('a'), memo.get('b'), memo.get('c'), memo.get('a')],
    ['a1', 'a1', 'b2', 'c3', 'a4'],
  )
  t.not(memo.get('long'), memo.get('long'))
  t.not(memo.get('\u{141}'), memo.get('\u{141}'))
  t.ok(memo.get('\u{141}').startsWith('\u{141}'))
})
