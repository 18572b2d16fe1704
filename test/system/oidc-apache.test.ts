/**
 * Apache's mod_auth_openidc as the app, over real TLS and through the gateway, with the values of the client and
 * nothing else; a person in Chromium.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { freePort } from '../../src/demo/port.ts'
import { startApache } from '../support/apache.ts'
import { openChromium, person, shoot } from '../support/chromium.ts'
import { openHouse, serve } from '../support/house.ts'
import { secretOf, writeOidcSecrets } from '../support/oidc-secrets.ts'
import { without } from '../support/programs.ts'

const skip = without('apache2', 'chromium')

if (skip) t.pass('left out', { skip })
else {
  const port = await freePort(0)
  const origin = `https://wiki.gatehouse.localhost:${port}`
  const callback = `${origin}/oauth2/callback`
  const house = await openHouse(t, {
    apps: "  none: { upstream: 'http://127.0.0.1:9', policy: deny }",
    top: `oidc_apps:
  wiki:
    kind: custom
    url: ${origin}
    policy: two_factor
    groups: [family]
    consent: explicit
    client: { redirect_uris: ['${callback}'] }
`,
  })
  writeOidcSecrets(join(house.folder, 'secrets'), { wiki: undefined })
  const authority = join(house.folder, 'ca.pem')
  writeFileSync(authority, house.ca)
  await serve(t, house)
  await startApache(t, {
    port,
    origin,
    authority,
    discovery: `https://auth.${house.domain}:${house.publicPort}/.well-known/openid-configuration`,
    clientId: 'wiki',
    clientSecret: secretOf('wiki'),
    scopes: 'openid profile email groups',
    redirectUri: callback,
    tls: { certificate: house.leafFile, key: house.keyFile },
    lets: 'claim groups:family',
  })
  const chromium = await openChromium(t, house.leaf)

  t.test('alice logs in with password and code, agrees, and the wiki knows her and her groups', async t => {
    const page = await (await person(chromium)).newPage()
    const faults: string[] = []
    page.on('console', message => message.type() === 'error' && faults.push(message.text()))
    await page.goto(`${origin}/`)
    t.equal(new URL(page.url()).host, `auth.${house.domain}:${house.publicPort}`)
    t.match(await page.textContent('main'), 'wiki', 'the login page says for which app it is')
    await page.fill('input[name=username]', 'alice')
    await page.fill('input[name=password]', 'alice-password')
    await page.press('input[name=password]', 'Enter')
    await page.waitForSelector('input[name=token]')
    await page.fill('input[name=token]', house.code())
    await page.press('input[name=token]', 'Enter')
    await page.waitForSelector('button[value=allow]')
    await shoot(page, 'consent')
    t.match(await page.textContent('main'), 'the groups that you are in')
    const landed = page.waitForResponse(
      response => response.url() === `${origin}/` && response.status() === 200,
    )
    await page.click('button[value=allow]')
    const headers = (await landed).headers()
    t.equal(headers['x-user'], 'alice')
    t.match(headers['x-groups'], 'family')
    t.equal(await page.title(), 'The wiki')
    t.strictSame(faults, [], 'no policy of ours stood in the way')
  })

  t.test('who refuses, and who is in none of the groups, is not let in and sees no loop', async t => {
    const page = await (await person(chromium)).newPage()
    await page.goto(`${origin}/`)
    await page.fill('input[name=username]', 'dave')
    await page.fill('input[name=password]', 'dave-password')
    await page.press('input[name=password]', 'Enter')
    await page.waitForURL(url => url.href.startsWith(callback))
    t.match(new URL(page.url()).searchParams.get('error'), 'access_denied')
  })
}
