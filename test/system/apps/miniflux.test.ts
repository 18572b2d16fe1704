import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import t from 'tap'
import { findApp } from '../../../scripts/apps.ts'
import type { Browser } from '../../../src/demo/browser.ts'
import { answers, openAppHome } from '../../support/header-app.ts'
import { openPostgres, withoutPostgres } from '../../support/postgres.ts'
import { start } from '../../support/programs.ts'

const program = findApp('miniflux')
const skip = program === undefined ? 'no Miniflux on this machine' : withoutPostgres()

t.test('Miniflux, set as its sheet says', { skip, timeout: 110_000 }, async t => {
  const home = await openAppHome(t, 'miniflux', ", rules: [{ resources: ['^/v1'], policy: bypass }]")
  const database = await openPostgres(t)
  const [config = ''] = home.files('/etc/miniflux.conf')
  t.match(config, `LISTEN_ADDR=127.0.0.1:${home.port}\n`)
  // Hiding its own form is for later, says the sheet: with the form its settings show who one is.
  const more = `DATABASE_URL=${database}\nDISABLE_SCHEDULER_SERVICE=1\n`
  const file = home.write('/etc/miniflux.conf')
  writeFileSync(file, `${config}${more}`)
  const migrated = spawnSync(program ?? '', ['-config-file', file, '-migrate'], { encoding: 'utf8' })
  t.equal(migrated.status, 0, migrated.stderr)
  start(t, program ?? '', ['-config-file', file], { LISTEN_ADDR: undefined, PORT: undefined })
  await Promise.all([answers(home.port, '/healthcheck'), home.serve()])

  const named = async (
    browser: Browser,
    headers: Record<string, string> = {},
  ): Promise<string | undefined> => {
    // The first page of a session is its front page, wherever one wanted to go.
    await browser.go(home.house.at('box', '/unread'), { headers })
    const page = await browser.go(home.house.at('box', '/settings'), { headers })
    return /name="username"[^>]*value="([^"]*)"/.exec(page.text)?.[1]
  }

  await t.test('the user of the gateway is the user of Miniflux, made at the first visit', async t => {
    for (const user of ['bob', 'alice']) t.equal(await named(await home.signedIn(user)), user)
  })

  await t.test('another user in the same browser is not greeted as the one before', async t => {
    const browser = await home.signedIn('bob')
    t.equal(await named(browser), 'bob')
    const other = await home.signedIn('alice')
    const session =
      /authelia_session=[^;]+/.exec(other.cookiesFor(home.house.at('auth').hostname) ?? '')?.[0] ?? ''
    browser.setCookies(session, home.house.domain)
    t.equal(await named(browser), 'alice')
  })

  await t.test('a header from outside changes nothing, however spelled', async t => {
    const bob = await home.signedIn('bob')
    for (const name of ['Remote-User', 'remote_user', 'REMOTE-USER']) {
      t.equal(await named(bob, { [name]: 'alice' }), 'bob', name)
      const stranger = await home
        .stranger()
        .go(home.house.at('box', '/settings'), { headers: { [name]: 'alice' } })
      t.equal(stranger.url.hostname, home.house.at('auth').hostname, `${name}: to the login`)
      const key = await home.stranger().ask(home.house.at('box', '/v1/me'), { headers: { [name]: 'alice' } })
      t.equal(key.status, 401, `${name}: Miniflux itself asks for a key on the path that a rule opens`)
      t.match(key.text, 'error_message')
    }
  })

  await t.test('on its own port the header makes anyone: so nobody else may reach it', async t => {
    const direct = await fetch(`http://127.0.0.1:${home.port}/`, {
      headers: { 'remote-user': 'alice' },
      redirect: 'manual',
    })
    t.equal(direct.status, 302)
    t.match(direct.headers.get('set-cookie'), /Session/i)
  })
})
