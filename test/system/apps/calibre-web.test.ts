import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { findApp } from '../../../scripts/apps.ts'
import type { Browser } from '../../../src/demo/browser.ts'
import { answers, openAppHome } from '../../support/header-app.ts'
import { start } from '../../support/programs.ts'
import { Administrator, emptyLibrary } from './calibre-web-admin.ts'

const program = findApp('calibre-web')
const skip = program === undefined && 'no Calibre-Web on this machine'

/** What the page of the basic configuration calls each field of the sheet. */
const NAMES: Readonly<Record<string, string>> = {
  'Allow Reverse Proxy Authentication': 'config_allow_reverse_proxy_header_login',
  'Reverse Proxy Header Name': 'config_reverse_proxy_login_header_name',
  'Reverse Proxy Trusted IPs/CIDRs (Comma Separated)': 'config_reverse_proxy_trusted_ips',
  'Enable Reverse Proxy Shared Secret Header': 'config_reverse_proxy_use_shared_secret',
}

/** Whom a page names as logged in. */
const greeted = (page: string): string | undefined =>
  /id="top_user"[\s\S]*?<span[^>]*><\/span>\s*<span[^>]*>([^<]+)</.exec(page)?.[1]

t.test('Calibre-Web, set as its sheet says', { skip, timeout: 110_000 }, async t => {
  const home = await openAppHome(t, 'calibre-web')
  const folder = join(home.house.folder, 'app')
  mkdirSync(folder)
  const [command = ''] = home.steps.flatMap(step => step.commands ?? [])
  t.equal(command, 'cps -i 127.0.0.1')
  const settings = ['-p', join(folder, 'app.db'), '-o', join(folder, 'log')]
  const run = () =>
    start(t, program ?? '', [...command.split(' ').slice(1), ...settings], {
      CALIBRE_PORT: String(home.port),
    })
  const first = run()
  await answers(home.port, '/login')

  const admin = new Administrator(home.port)
  await admin.fill('/login', '/login', { username: 'admin', password: 'admin123', next: '/' })
  const library = emptyLibrary(join(folder, 'library'), program ?? '')
  await admin.fill('/admin/dbconfig', '/admin/dbconfig', { config_calibre_dir: library })
  for (const name of ['Bob', 'alice'])
    await admin.fill('/admin/user/new', '/admin/user/new', {
      name,
      email: `${name}@example.com`,
      password: 'Long-enough-1!',
      default_language: 'all',
      locale: 'en',
    })
  const fields = home.steps.flatMap(step => step.fields ?? [])
  const page = await admin.page('/admin/config')
  for (const [label] of fields) t.match(page, label, `the page has "${label}"`)
  const filled = Object.fromEntries(
    fields.map(([label, value]) => [NAMES[label] ?? label, value]).filter(([, value]) => value !== 'off'),
  )
  const saved = await admin.fill('/admin/config', '/admin/ajaxconfig', filled)
  t.match(JSON.parse(saved), { result: [{ type: 'success' }] })
  // It starts anew by itself after that, with whatever it was started with: not to be relied on here.
  first.child.kill('SIGKILL')
  await first.gone
  run()
  await answers(home.port, '/login')
  await home.serve()

  const named = async (
    browser: Browser,
    headers: Record<string, string> = {},
  ): Promise<string | undefined> => {
    const answer = await browser.go(home.house.at('box', '/me'), { headers })
    return greeted(answer.text)
  }

  await t.test('the user of the gateway is the user of Calibre-Web, whatever the capitals', async t => {
    t.equal(await named(await home.signedIn('bob')), 'Bob')
    t.equal(await named(await home.signedIn('alice')), 'alice')
  })

  await t.test('a header from outside changes nothing, however spelled', async t => {
    const bob = await home.signedIn('bob')
    for (const name of ['Remote-User', 'remote_user', 'REMOTE-USER']) {
      t.equal(await named(bob, { [name]: 'admin' }), 'Bob', name)
      const stranger = await home.stranger().go(home.house.at('box', '/me'), { headers: { [name]: 'admin' } })
      t.equal(stranger.url.hostname, home.house.at('auth').hostname, `${name}: to the login`)
    }
  })

  await t.test('on its own port the header makes anyone: so nobody else may reach it', async t => {
    const direct = await fetch(`http://127.0.0.1:${home.port}/me`, { headers: { 'remote-user': 'admin' } })
    t.equal(greeted(await direct.text()), 'admin')
  })
})
