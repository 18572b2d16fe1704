import t from 'tap'
import { isOurCookie } from '../../src/authz/strip.ts'
import { editAnswer } from '../../src/upstream/edit.ts'
import { app } from '../authz/way.ts'

const rules = {
  app: app('cams'),
  identityNames: new Set(['remote-user']),
  isOurs: (name: string) => isOurCookie(name, 'authelia_session'),
}

t.test('what no app may say', async t => {
  for (const [name, value] of [
    ['Set-Cookie', 'authelia_session=x; Path=/'],
    ['set-cookie', 'AUTHELIA_session=x'],
    ['Set-Cookie', ' authelia_session =x'],
    ['Set-Cookie', '=authelia_session=x'],
    ['Set-Cookie', '__Host-gatehouse_owner=x'],
    ['Clear-Site-Data', '"cookies"'],
    ['Alt-Svc', 'h3=":444"'],
    ['Remote_User', 'x'],
  ] as const) {
    t.strictSame(
      editAnswer(['A', '1', name, value, 'B', '2'], rules, []),
      ['A', '1', 'B', '2'],
      `${name}: ${value}`,
    )
  }
})

t.test('the app’s own cookies pass, in order, and are named', async t => {
  const names: string[] = []
  const headers = ['Set-Cookie', 'sid=1; HttpOnly', 'Set-Cookie', 'theme=dark', 'Set-Cookie', 'sid=2']
  t.strictSame(editAnswer(headers, rules, names), headers)
  t.strictSame(names, ['sid', 'theme', 'sid'])
})

t.test('pages may be framed by whom the configuration names', async t => {
  const html = ['Content-Type', 'text/html; charset=utf-8', 'Content-Security-Policy', "default-src 'self'"]
  const last = (one: ReturnType<typeof app>) => editAnswer(html, { ...rules, app: one }, []).slice(4)
  t.strictSame(last(app('cams')), ['Content-Security-Policy', "frame-ancestors 'self'"])
  t.strictSame(last(app('cams', { framed_by: ['https://o.example.com'] })), [
    'Content-Security-Policy',
    "frame-ancestors 'self' https://o.example.com",
  ])
  t.strictSame(last(app('cams', { cross_site: 'allow' })), [])
  t.strictSame(editAnswer(['Content-Type', 'image/jpeg'], rules, []), ['Content-Type', 'image/jpeg'])
})
