import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { exampleSheet } from '../../src/catalog/sheet/example.ts'
import { htmlSheet } from '../../src/catalog/sheet/html.ts'
import { evil } from '../catalog/sheet/sheets.ts'
import { openChromium, person, shoot } from '../support/chromium.ts'
import { without } from '../support/programs.ts'

const skip = without('chromium')

t.test('a setup sheet as a page, in a real browser', { skip, timeout: 60_000 }, async t => {
  const folder = t.testdir({})
  const chromium = await openChromium(t)
  const open = async (name: string, html: string, colorScheme: 'light' | 'dark' = 'light') => {
    const file = join(folder, `${name}.html`)
    writeFileSync(file, html)
    const page = await (await person(chromium, { colorScheme })).newPage()
    const said: string[] = []
    page.on('console', message => said.push(message.text()))
    page.on('request', request => request.url().startsWith('file:') || said.push(request.url()))
    page.on('dialog', dialog => void said.push(dialog.message()))
    await page.goto(`file://${file}`)
    return { page, said }
  }
  const sheet = exampleSheet('octoprint', 'headers')
  const html = sheet === undefined ? '' : htmlSheet(sheet)

  await t.test('its own policy lets its style in, and nothing is fetched', async t => {
    const { page, said } = await open('octoprint', html)
    t.strictSame(said, [])
    t.equal(await page.evaluate("getComputedStyle(document.querySelector('main')).maxWidth"), '736px')
    await shoot(page, 'sheet-light')
    const dark = await open('dark', html, 'dark')
    await shoot(dark.page, 'sheet-dark')
  })

  await t.test('a click on a value takes all of it, as it stands in the file', async t => {
    const { page } = await open('copy', html)
    const block = page.locator('pre.copy', { hasText: 'accessControl' })
    await block.click()
    const content =
      sheet?.steps.flatMap(({ file }) => (file?.language === 'yaml' ? [file.content] : []))[1] ?? ''
    t.equal(await page.evaluate('getSelection().toString().trim()'), content.trim())
    await page.locator('dd code.copy').first().click()
    t.equal(await page.evaluate('getSelection().toString().trim()'), 'https://octoprint.example.com')
  })

  await t.test('printed, it is black on white, also from a dark screen', async t => {
    const { page } = await open('print', html, 'dark')
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    t.equal(await page.evaluate("getComputedStyle(document.querySelector('h1')).color"), 'rgb(0, 0, 0)')
    t.equal(
      await page.evaluate("getComputedStyle(document.querySelector('main')).backgroundColor"),
      'rgb(255, 255, 255)',
    )
    await shoot(page, 'sheet-print')
  })

  await t.test('nothing of a hostile sheet runs', async t => {
    const { page, said } = await open('evil', htmlSheet(evil()))
    t.strictSame(said, [])
    t.equal(await page.evaluate("document.querySelectorAll('img, script, a[href^=javascript]').length"), 0)
  })

  await t.test('on a phone nothing runs off the side', async t => {
    const { page } = await open('phone', html)
    await page.setViewportSize({ width: 360, height: 640 })
    t.equal(await page.evaluate('document.documentElement.scrollWidth'), 360)
    await shoot(page, 'sheet-phone')
  })
})
