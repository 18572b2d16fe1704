/** What only a browser can show: that the policy lets the style apply and nothing else, sizes, and Origin. */
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { chromium } from 'playwright-core'
import t from 'tap'
import { refusalPage } from '../../src/door/pages/refusal.ts'
import { signOutPage } from '../../src/door/pages/sign-out.ts'
import { pageHeaders } from '../../src/lib/html.ts'
import { SAMPLES } from '../portal/pages-samples.ts'
import { CODES, full } from './pages-samples.ts'

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'

const pages = new Map<string, string>([
  ...CODES.map((code): [string, string] => [`/${code}`, refusalPage(full(code))]),
  ...Object.entries(SAMPLES).map(([name, { page }]): [string, string] => [`/portal-${name}`, page()]),
  ['/sign-out', signOutPage({ host: 'cams.example.com', user: 'bob' })],
  // What the policy must stop, should anything ever get past the escaping.
  [
    '/injected',
    refusalPage(full('loop')).replace(
      '</main>',
      `<script>document.title = 'ran'</script><img src="/beacon" onerror="document.title = 'ran'"><style>h1 { color: #f00 }</style></main>`,
    ),
  ],
])

/** What a person with a pointer or a small screen would trip over. */
const MEASURE = `({
  styled: getComputedStyle(document.querySelector('main')).backgroundColor !== 'rgba(0, 0, 0, 0)',
  wide: document.documentElement.scrollWidth > innerWidth,
  small: [...document.querySelectorAll('a, button, input:not([type=hidden]), summary')]
    .map(element => element.closest('label') ?? element)
    .filter(element => element.getBoundingClientRect().height < 44)
    .map(element => element.outerHTML),
})`

t.test('in a browser', { skip: !existsSync(CHROMIUM) && `no ${CHROMIUM}` }, async t => {
  const asked: IncomingMessage[] = []
  const server = createServer((request, response) => {
    asked.push(request)
    const page = pages.get(request.url ?? '')
    if (page === undefined) return response.writeHead(404, { 'content-type': 'text/plain' }).end('nothing')
    return response.writeHead(200, pageHeaders()).end(page)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  })
  t.teardown(async () => {
    await browser.close()
    server.closeAllConnections()
    server.close()
  })

  await t.test(
    'every page at 320 px: styled, not wider than the screen, nothing too small, no complaint',
    async t => {
      for (const colorScheme of ['light', 'dark'] as const) {
        const context = await browser.newContext({ colorScheme, viewport: { width: 320, height: 640 } })
        const page = await context.newPage()
        const complaints: string[] = []
        page.on('console', message => complaints.push(message.text()))
        for (const path of pages.keys()) {
          if (path === '/injected') continue
          await page.goto(origin + path)
          t.strictSame(
            await page.evaluate(MEASURE),
            { styled: true, wide: false, small: [] },
            `${colorScheme} ${path}`,
          )
        }
        t.strictSame(complaints, [])
        await context.close()
      }
    },
  )

  await t.test('a script, an image and a style that got in would not run', async t => {
    const page = await browser.newPage()
    const plain = await page
      .goto(`${origin}/loop`)
      .then(() => page.evaluate('getComputedStyle(document.querySelector("h1")).color'))
    await page.goto(`${origin}/injected`)
    t.not(await page.title(), 'ran')
    t.equal(await page.evaluate('getComputedStyle(document.querySelector("h1")).color'), plain)
    t.notOk(asked.some(request => request.url === '/beacon'))
    await page.close()
  })

  await t.test('the form’s POST names its origin, which the door judges it by', async t => {
    const page = await browser.newPage()
    await page.goto(`${origin}/sign-out`)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.waitForURL('**/.gatehouse/sign-out')
    const post = asked.find(request => request.method === 'POST')
    t.equal(post?.headers.origin, origin)
    t.equal(post?.headers['sec-fetch-site'], 'same-origin')
    await page.close()
  })

  await t.test('the login form by keyboard alone', async t => {
    const page = await browser.newPage()
    await page.goto(`${origin}/portal-login`)
    await page.keyboard.type('alice')
    await page.keyboard.press('Tab')
    await page.keyboard.type('alice-password')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    t.equal(await page.getByLabel('Username').inputValue(), 'alice')
    t.equal(await page.getByLabel('Password').inputValue(), 'alice-password')
    t.ok(await page.getByLabel('Stay signed in on this device').isChecked())
    await page.keyboard.press('Tab')
    t.equal(await page.evaluate('document.activeElement.textContent'), 'Sign in')
    t.equal(
      await page.evaluate('getComputedStyle(document.activeElement).outlineStyle'),
      'solid',
      'the focus is seen',
    )
    await page.close()
  })
})
