import t from 'tap'
import { noticePage } from '../../src/portal/pages/notice.ts'
import { qrCode } from '../../src/portal/pages/qr.ts'
import { signedOutPage } from '../../src/portal/pages/signed-out.ts'
import { golden } from '../lib/golden.ts'
import { broken, faults, HOSTILE, read } from '../lib/markup.ts'
import { SAMPLES } from './pages-samples.ts'

const show = (name: string, changes?: Record<string, string | undefined>) =>
  SAMPLES[name]?.page(changes) ?? ''
const inputs = (page: string) =>
  read(page)
    .filter(element => element.tag === 'input')
    .map(element => Object.fromEntries(element.attributes))

t.test('every page is sound and says where it is', async t => {
  for (const [name, { page }] of Object.entries(SAMPLES)) {
    t.strictSame(faults(page()), [], name)
    t.match(page(), ' – auth.example.com</title>', name)
    t.match(page({ host: undefined }), ' – Gatehouse</title>', name)
  }
})

t.test('whatever stands in a field stays text', async t => {
  for (const [name, { fields, page }] of Object.entries(SAMPLES))
    for (const field of fields) {
      const expected = (fault: string) =>
        // The secret's own groups of four, and a notice without a title.
        (field === 'secret' && fault === 'one more <span>') || (field === 'title' && fault === 'an empty h1')
      const found = HOSTILE.flatMap(text =>
        broken(page({ [field]: text }), page()).map(fault => `${fault}: ${JSON.stringify(text)}`),
      )
      t.strictSame(
        found.filter(fault => !expected(fault.split(': ')[0] ?? '')),
        [],
        `${name}: ${field}`,
      )
    }
})

t.test('the login form', async t => {
  t.match(inputs(show('login')), [
    { id: 'username', name: 'username', type: 'text', autocomplete: 'username', autofocus: '', required: '' },
    { id: 'password', name: 'password', type: 'password', autocomplete: 'current-password', required: '' },
    { type: 'checkbox', name: 'remember', value: 'on' },
    { type: 'hidden', name: 'rd', value: 'https://cams.example.com/live?cam=2&zoom=1' },
    { type: 'hidden', name: 'rm', value: 'GET' },
  ])
  t.match(show('login'), '<form method="post" action="/login">')
  t.match(show('login'), 'to open <strong><bdi>cams.example.com</bdi></strong>')
  t.notMatch(show('login'), 'role="alert"')
  t.notMatch(show('login'), ' aria-invalid=')
})

t.test(
  'after a failed login the fault is said, tied to its fields, and the password has the focus',
  async t => {
    const page = show('login-error')
    t.match(page, '<title>Error: Sign in – auth.example.com</title>')
    t.match(page, '<p class="alarm" id="fault" role="alert">That did not fit. Try again.</p>')
    const [username, password, remember] = inputs(page)
    t.match(username, { value: 'alice', 'aria-describedby': 'fault', 'aria-invalid': 'true' })
    t.match(password, { 'aria-describedby': 'fault', 'aria-invalid': 'true', autofocus: '' })
    t.notOk('value' in (password ?? {}), 'a password is never sent back')
    t.notOk('autofocus' in (username ?? {}))
    t.match(remember, { checked: '' })
  },
)

t.test('the code field, on both of its pages', async t => {
  const code = {
    id: 'token',
    name: 'token',
    type: 'text',
    autocomplete: 'one-time-code',
    inputmode: 'numeric',
  }
  t.match(inputs(show('second-factor'))[0], { ...code, 'aria-describedby': 'token-hint', autofocus: '' })
  t.match(inputs(show('second-factor-error'))[0], { ...code, 'aria-describedby': 'token-hint fault' })
  t.match(inputs(show('enrol'))[0], code)
  t.notOk('autofocus' in (inputs(show('enrol'))[0] ?? {}), 'it would scroll past the QR code')
  t.match(inputs(show('enrol-error'))[0], { autofocus: '' })
  t.match(show('second-factor'), '<form method="post" action="/second-factor">')
  t.match(show('enrol'), '<form method="post" action="/enrol">')
})

t.test('the secret stands in groups of four', async t => {
  const groups = read(show('enrol')).filter(
    ({ tag, within }) =>
      tag === 'span' && within.at(-1)?.tag === 'p' && within.at(-1)?.attributes.get('class') === 'secret',
  )
  t.strictSame(
    groups.map(group => group.text),
    ['JBSW', 'Y3DP', 'EHPK', '3PXP', 'JBSW', 'Y3DP', 'EHPK', '3PXP', 'AB'],
  )
})

t.test('the QR code draws exactly the dark modules', async t => {
  const { encode } = await import('uqr')
  const uri = 'otpauth://totp/auth.example.com:alice?secret=JBSWY3DPEHPK3PXP'
  const { data, size } = encode(uri, { ecc: 'M', border: 4 })
  const drawn = data.map(row => row.map(() => false))
  const path = /fill="#000" d="([^"]*)"/.exec(qrCode(uri, 'x')?.toString() ?? '')?.[1] ?? ''
  for (const [, x = '', y = '', width = ''] of path.matchAll(/M(\d+) (\d+)h(\d+)v1H\d+z/g))
    drawn[Number(y)]?.fill(true, Number(x), Number(x) + Number(width))
  t.strictSame(drawn, data)
  t.ok(size > 20)
  t.equal(qrCode('x'.repeat(5000), 'x'), undefined, 'too long for any code')
})

t.test('home offers what is missing', async t => {
  t.match(show('home-new'), 'href="/enrol"')
  t.notMatch(show('home-closed'), 'href="/enrol"')
  t.match(show('home-closed'), 'open enrolment')
  t.match(show('home-password'), 'href="/second-factor"')
  t.notMatch(show('home-full'), 'href=')
  for (const name of ['home-new', 'home-closed', 'home-password', 'home-full'])
    t.match(show(name), '<form method="post" action="/logout">')
})

t.test('signing in again keeps the return address, for the login page to judge', async t => {
  t.match(
    signedOutPage({ rd: 'https://a.example/?b=1&c="' }),
    'href="/?rd=https%3A%2F%2Fa.example%2F%3Fb%3D1%26c%3D%22"',
  )
  t.match(signedOutPage({}), 'href="/"')
})

t.test('a notice leads on, and only to a safe address', async t => {
  const notice = { title: 'x', text: 'y', status: 200 }
  t.match(
    noticePage({ ...notice, link: { href: '/enrol', text: 'Go on' } }),
    '<a class="button" href="/enrol">Go on</a>',
  )
  t.match(noticePage({ ...notice, link: { href: 'javascript:x', text: 'Go on' } }), 'href="/"')
})

t.test('the pages as they are', async t => {
  for (const name of ['login', 'login-error', 'second-factor', 'enrol', 'home-new']) {
    const { expected, actual } = golden(`portal-${name}`, show(name))
    t.equal(actual, expected, name)
  }
})
