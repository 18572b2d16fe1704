import type { Page } from 'playwright-core'
import t from 'tap'
import { openChromium, person, shoot, signOut, until } from '../support/chromium.ts'
import { startDemo } from '../support/demo.ts'
import { without } from '../support/programs.ts'

const skip = without('chromium')

if (skip) t.pass('left out', { skip })
else {
  const demo = await startDemo(t)
  const chromium = await openChromium(t, demo.leaf)
  const forms = (page: Page) => ({
    async password(name: string): Promise<void> {
      await page.fill('input[name=username]', name)
      await page.fill('input[name=password]', `${name}-password`)
      await page.press('input[name=password]', 'Enter')
    },
    async code(code: string): Promise<void> {
      await page.fill('input[name=token]', code)
      await page.press('input[name=token]', 'Enter')
    },
  })
  /** Logs in on the portal and ends on the page that was asked for. */
  async function enter(page: Page, name: string, url: string): Promise<void> {
    await page.goto(url)
    await forms(page).password(name)
    await page.waitForURL(url)
  }

  t.test('alice opens the porch: portal, password, code, and the very page that she asked for', async t => {
    const alice = await person(chromium)
    const page = await alice.newPage()
    const faults: string[] = []
    page.on('pageerror', error => faults.push(String(error)))
    page.on('console', message => message.type() === 'error' && faults.push(message.text()))
    const asked = demo.at('porch', '/?camera=front&night=1')
    await page.goto(asked)
    t.equal(new URL(page.url()).host, new URL(demo.at('auth')).host, 'she is sent to the portal')
    t.equal(await page.evaluate('document.activeElement.name'), 'username', 'the cursor is where she types')
    await shoot(page, 'login')
    await forms(page).password('alice')
    await page.waitForSelector('input[name=token]')
    t.equal(await page.evaluate('document.activeElement.name'), 'token')
    await shoot(page, 'second-factor')
    await forms(page).code(await demo.code())
    await page.waitForURL(asked)
    t.equal(page.url(), asked)

    await until(page, 'document.querySelector("img").naturalWidth > 0')
    const image = page.locator('img')
    const first = await image.screenshot()
    await shoot(page, 'porch')
    let moved = false
    for (let n = 0; n < 20 && !moved; n++) moved = !(await image.screenshot()).equals(first)
    t.ok(moved, 'the picture moves')
    await shoot(page, 'porch-later')
    t.match(await page.textContent('main'), 'You are alice')

    t.equal((await page.goto(demo.at('admin')))?.status(), 200, 'an admin enters admin without another login')
    await shoot(page, 'admin')
    await page.goto(demo.at('whoami'))
    await shoot(page, 'whoami')
    t.match(await page.textContent('main'), /Remote-User\s*alice/i)
    t.match(await page.textContent('main'), /Remote-Groups\s*admins,family/i)
    const cookies = await alice.cookies()
    const session = cookies.find(({ domain }) => domain.endsWith('gatehouse.localhost'))
    t.match(session, { httpOnly: true, secure: true, sameSite: 'Lax' })
    t.notOk(
      (await page.textContent('main'))?.includes(session?.value ?? 'no session'),
      'the app never sees the session',
    )
    t.strictSame(faults, [], "nothing breaks the pages' own policies")

    await page.goto(demo.at('porch', '/.gatehouse/sign-out'))
    await shoot(page, 'sign-out')
    await signOut(page)
    await shoot(page, 'signed-out')
    await page.goto(asked)
    t.ok(await page.isVisible('input[name=password]'), 'back to the login')
    await page.goto(demo.at('whoami'))
    t.ok(await page.isVisible('input[name=password]'), 'for every app')
    await alice.close()
  })

  t.test('a wrong password and a wrong code are told, and nothing is lost', async t => {
    const context = await person(chromium)
    const page = await context.newPage()
    await page.goto(demo.at('porch', '/?wrong'))
    await page.fill('input[name=username]', 'dave')
    await page.fill('input[name=password]', 'not it')
    await page.press('input[name=password]', 'Enter')
    await page.waitForSelector('[role=alert]')
    await shoot(page, 'login-wrong')
    t.equal(await page.inputValue('input[name=username]'), 'dave', 'the name need not be typed again')
    await forms(page).password('dave')
    await page.waitForSelector('main:has-text("authenticator")')
    await shoot(page, 'enrol')
    t.match(await page.textContent('main'), /authenticator/i, 'who has no second factor is led to set one up')
    await context.close()
  })

  t.test('the chat talks between two tabs, and a third person', async t => {
    const [home, away] = [await person(chromium), await person(chromium)]
    const [one, two, bob] = [await home.newPage(), await home.newPage(), await away.newPage()]
    await enter(one, 'frank', demo.at('chat'))
    await two.goto(demo.at('chat'))
    await enter(bob, 'bob', demo.at('chat'))
    for (const page of [one, two, bob])
      await until(page, 'document.getElementById("state").textContent === "Connected."')
    await one.fill('input[name=text]', 'hello <b>there</b>')
    await one.press('input[name=text]', 'Enter')
    for (const page of [one, two, bob]) {
      await page.waitForSelector('#log li:has-text("hello <b>there</b>")')
      t.match(await page.textContent('#log li:last-child'), /^frank hello <b>there<\/b>/)
    }
    await shoot(bob, 'chat')
    await home.close()
    await away.close()
  })

  t.test('bob may not enter admin: a page that says who he is and how to switch', async t => {
    const context = await person(chromium)
    const page = await context.newPage()
    await enter(page, 'bob', demo.at('whoami', '/first'))
    const answer = await page.goto(demo.at('admin', '/users?all=1'))
    t.equal(answer?.status(), 403)
    t.equal(page.url(), demo.at('admin', '/users?all=1'), 'no redirect')
    const text = (await page.textContent('body')) ?? ''
    t.match(text, 'bob')
    t.match(text, 'apps.admin', 'it names the rule')
    await shoot(page, 'denied')
    await context.close()
    const dark = await person(chromium, { colorScheme: 'dark' })
    const night = await dark.newPage()
    await enter(night, 'bob', demo.at('whoami', '/dark'))
    await night.goto(demo.at('admin'))
    await shoot(night, 'denied-dark')
    await dark.close()
  })

  t.test('without JavaScript: login, second factor, sign-out', async t => {
    const context = await person(chromium, { javaScriptEnabled: false })
    const page = await context.newPage()
    const asked = demo.at('porch', '/?no=script')
    await page.goto(asked)
    await forms(page).password('alice')
    await page.waitForSelector('input[name=token]')
    await forms(page).code(await demo.code())
    await page.waitForURL(asked)
    await page.goto(demo.at('porch', '/.gatehouse/sign-out'))
    await signOut(page)
    await page.goto(asked)
    t.ok(await page.isVisible('input[name=password]'))
    await context.close()
  })

  t.test('an unknown host, and the public app', async t => {
    const context = await person(chromium)
    const page = await context.newPage()
    t.equal((await page.goto(demo.at('nothing')))?.status(), 404)
    await shoot(page, 'no-app')
    t.notMatch(await page.textContent('body'), /porch|whoami/, 'it tells nothing of the others')
    t.equal((await page.goto(demo.at('public')))?.status(), 200)
    await shoot(page, 'public')
    await context.close()
  })
}
