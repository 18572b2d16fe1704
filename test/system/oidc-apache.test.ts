/**
 * Apache's mod_auth_openidc as the app, over real TLS and through the gateway, with the values of the client and
 * nothing else; a person in Chromium.
 */
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import t from 'tap'
import { freePort } from '../../src/demo/port.ts'
import { openChromium, person, shoot } from '../support/chromium.ts'
import { openHouse, serve } from '../support/house.ts'
import { secretOf, writeOidcSecrets } from '../support/oidc-secrets.ts'
import { find, start, without } from '../support/programs.ts'

/** Resolves when somebody listens there: in the foreground Apache does not say it. */
async function answers(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    const open = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (open) return
    await wait(50)
  }
}

const skip = without('apache2', 'chromium')
const MODULES = '/usr/lib/apache2/modules'
const WANTED = [
  'mpm_event',
  'authn_core',
  'authz_core',
  'authz_user',
  'ssl',
  'headers',
  'alias',
  'dir',
  'mime',
  'auth_openidc',
]

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
  const folder = join(house.folder, 'apache')
  mkdirSync(join(folder, 'htdocs'), { recursive: true })
  writeFileSync(join(folder, 'htdocs', 'index.html'), '<title>The wiki</title><h1>The wiki</h1>')
  writeFileSync(join(folder, 'ca.pem'), house.ca)
  const config = join(folder, 'apache.conf')
  writeFileSync(
    config,
    `${WANTED.map(name => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`).join('\n')}
ServerRoot ${folder}
PidFile ${folder}/apache.pid
ErrorLog "|/bin/cat"
LogLevel notice auth_openidc:info
TypesConfig /etc/mime.types
ServerName wiki.gatehouse.localhost
Listen 127.0.0.1:${port}
<VirtualHost 127.0.0.1:${port}>
  ServerName ${origin}
  UseCanonicalName On
  SSLEngine on
  SSLCertificateFile ${house.leafFile}
  SSLCertificateKeyFile ${house.keyFile}
  DocumentRoot ${folder}/htdocs
  OIDCProviderMetadataURL https://auth.${house.domain}:${house.publicPort}/.well-known/openid-configuration
  OIDCClientID wiki
  OIDCClientSecret ${secretOf('wiki')}
  OIDCRedirectURI ${callback}
  OIDCScope "openid profile email groups"
  OIDCPKCEMethod S256
  OIDCRemoteUserClaim preferred_username
  OIDCCryptoPassphrase a-passphrase-of-this-test
  OIDCCABundlePath ${folder}/ca.pem
  <Location />
    AuthType openid-connect
    Require claim groups:family
    Header always set X-User "expr=%{REMOTE_USER}"
    Header always set X-Groups "expr=%{HTTP:OIDC_CLAIM_groups}"
  </Location>
</VirtualHost>
`,
  )
  await serve(t, house)
  const apache = start(t, find('apache2') ?? '', ['-X', '-f', config], { APACHE_RUN_DIR: folder })
  await apache.says(/mod_auth_openidc-\S+ - init/)
  await answers(port)
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
