/** Node-RED with the built-in portal as its OpenID Connect provider, set with the values of its setup sheet alone. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import t from 'tap'
import { findApp } from '../../../scripts/apps.ts'
import type { Browser } from '../../../src/demo/browser.ts'
import { freePort } from '../../../src/demo/port.ts'
import { sheetOf } from '../../../src/deploy/sheets.ts'
import { readEverything } from '../../../src/server/reading.ts'
import { browserIn, type House, logIn, openHouse, serve } from '../../support/house.ts'
import { secretOf, writeOidcSecrets } from '../../support/oidc-secrets.ts'
import { type Program, start } from '../../support/programs.ts'

const program = findApp('node-red')
const skip = program === undefined && 'no Node-RED on this machine'
const GROUP = 'admins'

/** Names end at this machine, as DNS would have it: .localhost names resolve in browsers alone. */
const NAMES = `const dns = require('node:dns')
const ask = dns.lookup
dns.lookup = (host, options, done) => ask(host.endsWith('.localhost') ? '127.0.0.1' : host, options, done)
`

/** Starts Node-RED on https with settings.js of the sheet. @param trust whether its environment is the sheet's too */
async function startNodeRed(
  t: Parameters<typeof start>[0],
  { house, port, settings, trust = true }: { house: House; port: number; settings: string; trust?: boolean },
): Promise<Program> {
  const folder = join(house.folder, `node-red-${port}-${trust}`)
  mkdirSync(folder)
  const own = `uiPort: ${port}, uiHost: '127.0.0.1', userDir: ${JSON.stringify(folder)}, credentialSecret: 'x',
  https: { key: require('fs').readFileSync('${house.keyFile}'), cert: require('fs').readFileSync('${house.leafFile}') },`
  const file = join(folder, 'settings.js')
  writeFileSync(file, settings.replace('// … your settings stay here …', own), { mode: 0o600 })
  writeFileSync(join(folder, 'names.cjs'), NAMES)
  const authority = join(house.folder, 'authority.pem')
  writeFileSync(authority, house.ca)
  const args = ['--require', join(folder, 'names.cjs'), program ?? '', '--settings', file]
  const found = start(t, process.execPath, args, {
    NODE_PATH: join(program ?? '', '..', '..'),
    ...(trust ? { NODE_EXTRA_CA_CERTS: authority } : {}),
  })
  // Flows may start before it listens.
  await found.says(/Server now running/)
  return found
}

t.test('Node-RED, set as its sheet says', { skip, timeout: 90_000 }, async t => {
  const port = await freePort(0)
  const house = await openHouse(t, {
    apps: "  cam: { upstream: 'http://127.0.0.1:9' }\n",
    top: `oidc_apps:
  red: { kind: node-red, url: 'https://red.gatehouse.localhost:${port}', settings: { admin_group: ${GROUP} } }
`,
  })
  writeOidcSecrets(join(house.folder, 'secrets'), { red: undefined })
  const { config } = readEverything(house.file, process.cwd(), Date.now)
  const steps = (config && sheetOf(config, 'red', secretOf('red'))?.steps) ?? []
  const [settings = ''] = steps.flatMap(({ file }) =>
    file?.path.endsWith('settings.js') ? [file.content] : [],
  )
  await serve(t, house)
  const trusting = await startNodeRed(t, { house, port, settings })
  const red = (path: string): URL => new URL(path, `https://red.gatehouse.localhost:${port}`)

  /** Logs in by Node-RED's own button. @returns the address that it ends on */
  const enter = async (browser: Browser, user: string): Promise<URL> =>
    (await logIn(browser, house, user, red('/auth/strategy'))).url

  const token = ({ search }: URL): string => search.replace(/^\?(?:access_token|code)=/, '')

  await t.test('a stranger is let in to nothing', async t => {
    t.equal((await browserIn(t, house).ask(red('/settings'))).status, 401)
  })

  await t.test('who is in the group may change flows, others may look', async t => {
    for (const [user, permissions, deploy] of [
      ['alice', '*', 400],
      ['bob', 'read', 401],
    ] as const) {
      const browser = browserIn(t, house)
      const at = await enter(browser, user)
      t.equal(at.host, red('/').host, 'back at Node-RED')
      const bearer = token(at)
      const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' }
      const { text } = await browser.ask(red('/settings'), { headers })
      t.strictSame(JSON.parse(text).user, { username: user, permissions }, user)
      const { status } = await browser.ask(red('/flows'), { method: 'POST', headers })
      t.equal(status, deploy, `${user} sends no flows: a mistake of who may, or refused`)
    }
  })

  await t.test('at another port its redirect URI is another one, and refused', async t => {
    const other = await freePort(0)
    await startNodeRed(t, { house, port: other, settings: settings.replaceAll(`:${port}/`, `:${other}/`) })
    const browser = browserIn(t, house)
    await logIn(browser, house, 'bob', house.at('auth'))
    const page = await browser.go(new URL('/auth/strategy', `https://red.gatehouse.localhost:${other}`))
    t.equal(page.url.host, house.at('auth').host, 'the browser stays at the portal')
    t.match(page.text, 'redirect')
  })

  await t.test('without the step about the authority it says what is wrong', async t => {
    trusting.child.kill()
    await trusting.gone
    await startNodeRed(t, { house, port, settings, trust: false })
    const at = await enter(browserIn(t, house), 'bob')
    t.match(decodeURIComponent(at.search), /certificate/)
  })
})
