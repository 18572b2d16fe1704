import t from 'tap'
import { refusalPage } from '../../src/door/pages/refusal.ts'
import { signOutPage } from '../../src/door/pages/sign-out.ts'
import { signedOutPage } from '../../src/lib/signed-out.ts'
import { golden } from '../lib/golden.ts'
import { broken, faults, HOSTILE, read } from '../lib/markup.ts'
import { bare, CODES, full } from './pages-samples.ts'

const links = (page: string) =>
  read(page).flatMap(({ attributes, text }) => {
    const href = attributes.get('href')
    return href === undefined ? [] : [[text, href]]
  })
const text = (page: string) => read(page).find(element => element.tag === 'body')?.text ?? ''

t.test('every refusal has a sound page, with all that is known and with nothing', async t => {
  for (const code of CODES)
    for (const view of [full(code), bare(code)]) {
      const page = refusalPage(view)
      t.strictSame(faults(page), [], code)
      t.match(page, / – cams\.example\.com<\/title>/, code)
      if (code !== 'sign-in-frame') t.match(text(page), 'quote request 01JD7Q4WZ8', code)
      t.notMatch(text(page), /undefined|null|NaN|\[object/, code)
    }
})

t.test('titles and headings are of one page alone', async t => {
  const headings = CODES.map(code => read(refusalPage(full(code))).find(e => e.tag === 'h1')?.text)
  t.equal(new Set(headings).size, CODES.length)
})

t.test('whatever stands in a field stays text', async t => {
  const fields = ['host', 'app', 'user', 'rule', 'login', 'signOut', 'detail', 'id', 'target']
  for (const code of CODES)
    for (const field of fields) {
      const found = HOSTILE.flatMap(hostile =>
        broken(refusalPage({ ...full(code), [field]: hostile }), refusalPage(full(code))).map(
          fault => `${fault}: ${JSON.stringify(hostile)}`,
        ),
      )
      t.strictSame(found, [], `${code}: ${field}`)
    }
  for (const hostile of HOSTILE) {
    t.strictSame(faults(signOutPage({ host: hostile, user: hostile })), [])
    t.strictSame(faults(signedOutPage({ host: hostile, again: hostile })), [])
  }
})

t.test('a reason is shown where it is the visitor’s, and never where it may name an address', async t => {
  const detail = 'connect ECONNREFUSED 10.1.2.3:8080'
  const shown = CODES.filter(code => refusalPage({ ...full(code), detail }).includes('10.1.2.3'))
  t.strictSame(shown, ['bad-request', 'cross-site', 'framed', 'too-large'])
})

t.test('an unknown host is told nothing of the others', async t => {
  t.notMatch(refusalPage(full('no-app')), /shinobi|bob|auth\.example|rules\[/)
})

t.test('a page inside a stranger’s frame tells nothing of the visitor', async t => {
  for (const code of ['framed', 'sign-in-frame'] as const)
    t.notMatch(refusalPage(full(code)), /bob|rules\[|cam=2&amp;zoom=1<\//)
})

t.test('denied says who, which rule, and how to switch', async t => {
  const page = refusalPage(full('denied'))
  t.match(text(page), 'You are signed in as bob')
  t.match(page, '<dt>Rule that said no</dt><dd><code><bdi>apps.shinobi.rules[0]</bdi></code></dd>')
  t.strictSame(links(page)[0], ['Switch user', '/.gatehouse/sign-out'])
  t.match(text(page), "gatehouse why bob 'https://cams.example.com/live?cam=2&zoom=1'")
  t.match(text(refusalPage({ ...full('denied'), target: '/a' })), "'https://cams.example.com/a'")
  const stranger = refusalPage(bare('denied'))
  t.notMatch(stranger, 'Signed in as')
  t.match(text(stranger), 'the sign-in service’s own')
})

t.test('no command is offered that a shell would read as more than one', async t => {
  for (const hostile of [
    "'; id; '",
    '$(id)',
    '`id`',
    '/a b',
    "/'$(id)'",
    '-x',
    'https://a.example/"$(id)',
    'a\nb',
    '',
  ])
    for (const field of ['user', 'host', 'target'] as const) {
      const page = refusalPage({ ...full('denied'), target: '/', [field]: hostile })
      const command = read(page).find(element => element.tag === 'pre')?.text
      t.match(command ?? '', /^$|^gatehouse why \w[\w.@-]* 'https:\/\/[^'\s$`"\\]*'$/, `${field}: ${hostile}`)
    }
})

t.test('a wrong password for Basic is not a rule that says no', async t => {
  const page = text(refusalPage({ ...full('denied'), status: 401 }))
  t.match(page, 'Wrong username or password')
  t.notMatch(page, 'Rule that said no')
})

t.test(
  'the second factor is asked for at the portal’s own start page, and the admin is told what to write',
  async t => {
    const page = refusalPage(full('second-factor'))
    t.strictSame(links(page)[0], ['Open the sign-in page', 'https://auth.example.com/'])
    t.match(text(page), "    - domain: 'cams.example.com'\n      policy: 'two_factor'")
  },
)

t.test('the loop is explained', async t => {
  const page = text(refusalPage(full('loop')))
  for (const cause of ['Blocked cookies', 'The clock', 'Cookie domain', 'https://']) t.match(page, cause)
})

t.test('the frame’s page has one link, which opens in the top window', async t => {
  const page = refusalPage(full('sign-in-frame'))
  t.strictSame(links(page), [['Sign in', full('sign-in-frame').login]])
  t.match(page, / target="_top">Sign in<\/a>/)
})

t.test('the interstitial shows where it leads', async t => {
  const view = full('interstitial')
  const page = refusalPage(view)
  t.match(text(page), view.target)
  t.strictSame(links(page)[0], ['Open the page', view.target])
  t.match(text(refusalPage({ ...view, target: '/reboot?now' })), 'cams.example.com/reboot?now')
})

t.test('trying again goes to the page that was asked for, or where that is unsafe to the start', async t => {
  for (const code of [
    'loop',
    'unavailable',
    'busy',
    'upstream-down',
    'upstream-slow',
    'upstream-cut',
    'internal',
  ] as const) {
    t.ok(
      links(refusalPage(full(code))).some(([, href]) => href === full(code).target),
      code,
    )
    const unsafe = links(refusalPage({ ...full(code), target: 'https://a@evil.example/' }))
    t.strictSame(unsafe[0], ['Try again', '/'], code)
  }
})

t.test('how long to wait', async t => {
  const table: [number | undefined, string][] = [
    [undefined, 'in a moment'],
    [Number.NaN, 'in a moment'],
    [0, 'in a moment'],
    [1, 'in a second'],
    [4.2, 'in 5 seconds'],
    [89, 'in 89 seconds'],
    [90, 'in about 2 minutes'],
    [600, 'in about 10 minutes'],
  ]
  for (const [retryAfter, words] of table)
    t.match(
      text(refusalPage({ ...bare('unavailable'), ...(retryAfter !== undefined && { retryAfter }) })),
      `Try again ${words}.`,
    )
})

t.test('a sign-out that nobody confirmed does not look like one that was done', async t => {
  const page = text(refusalPage({ ...full('unavailable'), detail: 'sign-out' }))
  t.match(page, 'You may still be signed in')
})

t.test('what was too large', async t => {
  for (const [status, words] of [
    [413, 'What you sent to shinobi'],
    [414, 'The address is longer'],
    [431, 'The cookies of this site'],
  ] as const)
    t.match(text(refusalPage({ ...full('too-large'), status })), words)
})

t.test('signing out is one form, and says whom it is about', async t => {
  const page = signOutPage({ host: 'cams.example.com', user: 'bob' })
  t.strictSame(faults(page), [])
  t.equal(read(page).filter(element => element.tag === 'form').length, 1)
  t.match(page, '<form class="actions" method="post" action="/.gatehouse/sign-out">')
  t.match(text(page), 'You are signed in as bob')
  t.notMatch(text(signOutPage({ host: 'cams.example.com' })), 'signed in as')
})

t.test('signed out leads back in', async t => {
  const page = signedOutPage({ host: 'cams.example.com', again: 'https://auth.example.com/?rd=x' })
  t.strictSame(faults(page), [])
  t.strictSame(links(page), [['Sign in again', 'https://auth.example.com/?rd=x']])
})

t.test('the pages as they are', async t => {
  for (const code of [
    'denied',
    'loop',
    'second-factor',
    'upstream-down',
    'interstitial',
    'sign-in-frame',
  ] as const) {
    const { expected, actual } = golden(`door-${code}`, refusalPage(full(code)))
    t.equal(actual, expected, code)
  }
})
