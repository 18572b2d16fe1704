import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { findApp } from '../../../scripts/apps.ts'
import type { Answer } from '../../../src/demo/browser.ts'
import { passwordOf } from '../../../src/demo/household.ts'
import { type AppHome, answers, openAppHome } from '../../support/header-app.ts'
import { find, start } from '../../support/programs.ts'

/** The folder of calendars that is the asker's own, as Radicale sees them (RFC 5397). */
const principalOf = (answer: Answer): string | undefined =>
  /<current-user-principal>\s*<href>([^<]*)/.exec(answer.text.replaceAll(/\w+:(?=current|href)/g, ''))?.[1]

const propfind = (headers: Record<string, string> = {}) => ({
  method: 'PROPFIND',
  headers: {
    depth: '0',
    'sec-fetch-mode': 'cors',
    'sec-fetch-dest': 'empty',
    'sec-fetch-site': 'same-origin',
    ...headers,
  },
})

const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

/** Debian's is older than the key of the web page, which the sheet says as well. */
const VERSIONS = [
  { name: "Debian's Radicale", program: find('radicale'), page: false },
  { name: 'Radicale 3.9', program: findApp('radicale'), page: true },
]

for (const { name, program, page } of VERSIONS) {
  const skip = program === undefined && `no ${name} on this machine`
  t.test(`${name}, set as its sheet says`, { skip, timeout: 110_000 }, async t => {
    const home = await openAppHome(t, 'radicale', ', basic: authelia')
    await radicale(t, home, program ?? '', page)
    const root = home.house.at('box')

    await t.test('the user of the gateway is the user of Radicale', async t => {
      for (const user of ['bob', 'alice']) {
        const browser = await home.signedIn(user)
        const answer = await browser.ask(root, propfind())
        t.equal(answer.status, 207)
        t.equal(principalOf(answer), `/${user}/`)
      }
    })

    await t.test('a header from outside changes nothing, however spelled', async t => {
      const browser = await home.signedIn('bob')
      for (const header of ['X-Remote-User', 'x_remote_user', 'X-REMOTE_USER']) {
        const answer = await browser.ask(root, propfind({ [header]: 'alice' }))
        t.equal(principalOf(answer), '/bob/', header)
        const stranger = await home.stranger().ask(root, propfind({ [header]: 'alice' }))
        t.equal(stranger.status, 401, header)
      }
    })

    await t.test('a phone sends user and password, which Radicale never checks', async t => {
      const phone = (password: string) =>
        home.stranger().ask(root, {
          method: 'PROPFIND',
          headers: { depth: '0', accept: '*/*', authorization: basic('bob', password) },
        })
      t.equal(principalOf(await phone(passwordOf('bob'))), '/bob/')
      const wrong = await phone('wrong')
      t.equal(wrong.status, 401)
      t.match(wrong.headers['www-authenticate'], /^Basic /)
    })

    await t.test('on its own port the header makes anyone: so nobody else may reach it', async t => {
      t.match(home.files('/etc/radicale/config')[0], `hosts = 127.0.0.1:${home.port}\n`)
      const direct = await fetch(`http://127.0.0.1:${home.port}/`, {
        method: 'PROPFIND',
        headers: { depth: '0', 'x-remote-user': 'alice' },
      })
      t.match(await direct.text(), '/alice/')
    })
  })
}

async function radicale(t: Test, home: AppHome, program: string, page: boolean): Promise<void> {
  const folder = join(home.house.folder, 'calendars')
  const storage = `[storage]\nfilesystem_folder = ${folder}\n`
  const config = home.write('/etc/radicale/config', storage)
  if (!page) writeFileSync(config, `${home.files('/etc/radicale/config')[0] ?? ''}\n${storage}`)
  start(t, program, ['--config', config])
  await Promise.all([answers(home.port, '/.web/'), home.serve()])
}
