import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { openApps } from '../../src/demo/apps.ts'
import { passwordOf } from '../../src/demo/household.ts'
import { openChromium, person, shoot, until } from '../support/chromium.ts'
import { openHouse, serve } from '../support/house.ts'
import { without } from '../support/programs.ts'
import { recordingUpstream } from '../support/upstream.ts'

const skip = without('chromium')

/** Another app of the same domain, in bad hands: it may run any script, and answer with any header. */
async function evilApp(t: Test) {
  const server = createServer((request, response) => {
    request.resume()
    const plant = [
      'authelia_session=planted-by-header; Domain=gatehouse.localhost; Path=/',
      'evil=own; Path=/',
    ]
    response.writeHead(200, {
      'content-type': 'text/html',
      'set-cookie': plant,
      'clear-site-data': '"cookies", "storage"',
    })
    response.end('<!doctype html><title>evil</title><h1>A harmless game</h1><div id="stage"></div>')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  return (server.address() as AddressInfo).port
}

t.test('an app of the same domain acts for nobody', { skip, timeout: 90_000 }, async t => {
  const [apps, evil, victim] = [await openApps(Date.now), await evilApp(t), await recordingUpstream(t)]
  t.teardown(() => apps.close())
  const house = await openHouse(t, {
    apps: `  chat: { upstream: 'http://127.0.0.1:${apps.ports.chat}' }
  victim: { upstream: '${victim.origin}' }
  camera: { upstream: '${victim.origin}', cross_site: deny_all }
  evil: { upstream: 'http://127.0.0.1:${evil}', policy: bypass }
`,
  })
  await serve(t, house)
  const chromium = await openChromium(t, house.leaf)

  async function enter(page: Page, name: string, url: URL): Promise<void> {
    await page.goto(url.href)
    await page.fill('input[name=username]', name)
    await page.fill('input[name=password]', passwordOf(name))
    await page.press('input[name=password]', 'Enter')
    await page.waitForURL(url.href)
  }
  /** Bob is logged in, and has been led to the evil app. */
  async function lured(t: Test): Promise<Page> {
    const context = await person(chromium)
    t.teardown(() => context.close())
    const page = await context.newPage()
    await enter(page, 'bob', house.at('victim', '/mine'))
    await page.goto(house.at('evil').href)
    victim.clear()
    return page
  }
  /** The cookies of our name, as the browser keeps them. */
  const sessions = async (page: Page): Promise<string[]> =>
    (await page.context().cookies())
      .filter(({ name }) => name === 'authelia_session')
      .map(({ value }) => value)

  await t.test('its Set-Cookie for our session is dropped, and so is its Clear-Site-Data', async t => {
    const page = await lured(t)
    const kept = await sessions(page)
    t.equal(kept.length, 1, 'one session')
    t.not(kept[0], 'planted-by-header')
    t.equal((await page.goto(house.at('victim').href))?.status(), 200)
    t.strictSame(victim.last('remote-user'), ['bob'])
  })

  await t.test('a WebSocket to another app is refused', async t => {
    const page = await lured(t)
    const outcome = await page.evaluate(
      `new Promise(done => { const s = new WebSocket('wss://${house.at('chat').host}/talk'); s.onopen = () => done('open'); s.onerror = () => done('refused') })`,
    )
    t.equal(outcome, 'refused')
    await page.goto(house.at('chat').href)
    await until(page, 'document.getElementById("state").textContent === "Connected."')
    t.pass('the chat itself may open its own')
  })

  await t.test('a form is not accepted', async t => {
    const page = await lured(t)
    await page.evaluate(`{
      const form = document.createElement('form'); form.method = 'post'; form.action = '${house.at('victim', '/delete').href}'
      const input = document.createElement('input'); input.name = 'all'; input.value = 'yes'; form.append(input)
      document.getElementById('stage').append(form); form.submit() }`)
    await page.waitForURL(house.at('victim', '/delete').href)
    await shoot(page, 'cross-site')
    t.strictSame(victim.seen, [], 'the app never heard of it')
  })

  await t.test('fetch with credentials writes nothing and reads nothing', async t => {
    const page = await lured(t)
    const result = await page.evaluate(`(async () => {
      const read = await fetch('${house.at('victim', '/secret').href}', { credentials: 'include' }).then(r => r.text(), () => 'blocked')
      const post = await fetch('${house.at('victim', '/x').href}', { method: 'POST', mode: 'no-cors', credentials: 'include', body: 'x' }).then(r => r.type, () => 'blocked')
      const put = await fetch('${house.at('victim', '/x').href}', { method: 'PUT', credentials: 'include', body: 'x' }).then(() => 'sent', () => 'blocked')
      return { read, put, post } })()`)
    t.match(result, { read: 'blocked', put: 'blocked' })
    t.strictSame(
      victim.seen.filter(({ method }) => method !== 'GET'),
      [],
    )
  })

  await t.test('a GET that acts is stopped where the app asks for it', async t => {
    const page = await lured(t)
    await page.evaluate(
      `new Promise(done => { const i = new Image(); i.onload = i.onerror = done; i.src = '${house.at('camera', '/reboot').href}' })`,
    )
    t.strictSame(victim.seen, [])
  })

  await t.test('a frame shows nothing of the app', async t => {
    const page = await lured(t)
    await page.evaluate(
      `new Promise(done => { const f = document.createElement('iframe'); f.onload = done; f.src = '${house.at('victim', '/framed').href}'; document.getElementById('stage').append(f) })`,
    )
    await shoot(page, 'framed')
    const frame = page.frames().find(one => one !== page.mainFrame())
    const text = (await frame?.textContent('body').catch(() => '')) ?? ''
    t.notMatch(text, 'remote-user', 'not what the app said')
    t.notMatch(text.toLowerCase(), '"target":"/framed"')
  })

  await t.test('a planted session makes bob nobody else', async t => {
    const page = await lured(t)
    // The thief's own valid session, which it may want bob to use (login CSRF by cookie).
    const thief = await person(chromium)
    const own = await thief.newPage()
    await enter(own, 'frank', house.at('victim', '/thief'))
    const [session = ''] = await sessions(own)
    await thief.close()
    for (const path of ['/', '/deep', '/deep/er'])
      await page.evaluate(
        `document.cookie = 'authelia_session=${session}; Domain=gatehouse.localhost; Path=${path}; Secure'`,
      )
    await page.evaluate(
      `document.cookie = 'Authelia_Session=${session}; Domain=gatehouse.localhost; Path=/; Secure'`,
    )
    const planted = (await sessions(page)).filter(value => value === session)
    t.equal(planted.length, 2, 'the browser took those that do not stand in the place of the real one')
    for (const path of ['/', '/deep', '/deep/er/x']) {
      victim.clear()
      const answer = await page.goto(house.at('victim', path).href)
      const users = victim.last('remote-user')
      t.ok(
        users.length === 0 || users.join() === 'bob',
        `${path}: ${answer?.status()}, the app saw ${users.join() || 'nothing'}`,
      )
      t.notMatch(victim.last('cookie').join(), session, 'and no session of ours reaches the app')
    }
    await shoot(page, 'planted')
  })
})
