/**
 * A house from one gatehouse.yml: `gatehouse secret make`, `check` and `render`, then the real NGINX and the gateway
 * with its portal on what they wrote, and two real apps set as their sheets say and no other way.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { Secret } from 'otpauth'
import type { Page } from 'playwright-core'
import t from 'tap'
import { passwordOf, writePeople } from '../../src/demo/household.ts'
import { freePort } from '../../src/demo/port.ts'
import { ask, gatehouse } from '../cli/gatehouse.ts'
import { startApache } from '../support/apache.ts'
import { openChromium, person, shoot } from '../support/chromium.ts'
import { answers } from '../support/header-app.ts'
import { find, start, without } from '../support/programs.ts'

const DOMAIN = 'gatehouse.localhost'
const skip = without('nginx', 'apache2', 'radicale', 'chromium')

/** What a person does in a terminal, in the folder of the house. */
function run(folder: string, ...args: string[]): string {
  const { code, stdout, stderr } = gatehouse(args, { cwd: folder })
  if (code !== 0) throw new Error(`gatehouse ${args.join(' ')} ended with ${code}: ${stdout}${stderr}`)
  return stdout
}

/** Debian's nginx.conf as far as it matters, on ports that nobody needs to be root for. */
function mainFile(folder: string, plain: number): string {
  const tree = join(folder, 'house', 'current', 'nginx')
  const strangers = join(tree, 'strangers.conf')
  const moved = readFileSync(strangers, 'utf8').replaceAll('listen 80;', `listen 127.0.0.1:${plain};`)
  writeFileSync(strangers, moved)
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map(name => `${name}_temp_path ${folder}/${name};`)
    .join(' ')
  return `daemon off; pid ${folder}/nginx.pid; error_log stderr notice; worker_processes 1;
${process.getuid?.() === 0 ? 'user root;' : ''}
events { worker_connections 1024; }
http {
  access_log off; ${places}
  ssl_protocols TLSv1.2 TLSv1.3;
  include ${tree}/gatehouse.conf;
}
`
}

async function logIn(page: Page, user: string): Promise<void> {
  await page.fill('input[name=username]', user)
  await page.fill('input[name=password]', passwordOf(user))
  await page.press('input[name=password]', 'Enter')
}

if (skip) t.pass('left out', { skip })
else {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-house-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  const ports: number[] = []
  while (ports.length < 6) ports.push(await freePort(0))
  const [open = 0, plain = 0, proxy = 0, door = 0, calendar = 0, wiki = 0] = ports
  const at = (host: string, path = '') => `https://${host}.${DOMAIN}:${open}${path}`
  await writePeople(folder, new Secret({ size: 20 }).base32, Date.now())
  writeFileSync(
    join(folder, 'gatehouse.yml'),
    `domain: ${DOMAIN}
public_port: ${open}
listen:
  - address: 127.0.0.1:${proxy}
  - { address: 127.0.0.1:${door}, door: forward_auth }
portal: { users: users_database.yml, totp: totp.json }
apps:
  cal: { kind: radicale, upstream: http://127.0.0.1:${calendar} }
oidc_apps:
  wiki:
    kind: custom
    url: ${at('wiki')}
    upstream: http://127.0.0.1:${wiki}
    groups: [family]
    client: { redirect_uris: ${at('wiki', '/oauth2/callback')} }
deploy: { folder: ${folder}, nginx: { ipv6: false } }
`,
  )
  run(folder, 'secret', 'make')
  run(folder, 'check')
  mkdirSync(join(folder, 'house'))
  run(folder, 'render', '--out', 'house/current')

  /** What the sheet of an app says of its fields, and of a file. */
  const sheet = (app: string) => {
    const text = run(folder, 'apps', 'show', app, '--format', 'markdown', '--show-secret')
    return {
      field: (label: string) => {
        const value = text.match(
          new RegExp(`^\\| *${label.replace(/[()]/g, '\\$&')} *\\| *\`?(.*?)\`? *\\|$`, 'm'),
        )?.[1]
        if (value === undefined) throw new Error(`no field ${label} in ${text}`)
        return value
      },
      file: (path: string) => {
        const [, block] = text.split(`${path}\``)
        return /```\w*\n([\s\S]*?)```/.exec(block ?? '')?.[1] ?? ''
      },
    }
  }
  const said = sheet('wiki')
  const radicale = join(folder, 'radicale.conf')
  const settings = sheet('cal').file('/etc/radicale/config')
  writeFileSync(radicale, `${settings}\n[storage]\nfilesystem_folder = ${folder}/calendars\n`)
  start(t, find('radicale') ?? '', ['--config', radicale])

  writeFileSync(join(folder, 'nginx.conf'), mainFile(folder, plain))
  const nginx = start(t, find('nginx') ?? '', [
    '-c',
    join(folder, 'nginx.conf'),
    '-p',
    folder,
    '-e',
    'stderr',
  ])
  await nginx.says(/start worker process /)
  const main = join(import.meta.dirname, '..', '..', 'src', 'main.ts')
  const options = ['serve', '--config', join(folder, 'gatehouse.yml'), '--log-format', 'json']
  const gateway = start(t, process.execPath, [main, ...options], { TMPDIR: folder })
  await gateway.says(/"msg":"ready"/)
  await startApache(t, {
    port: wiki,
    origin: at('wiki'),
    authority: join(folder, 'secrets', 'certificates', 'authority.pem'),
    discovery: said.field('Discovery'),
    clientId: said.field('Client ID'),
    clientSecret: said.field('Client secret'),
    scopes: said.field('Scopes'),
    redirectUri: said.field('Redirect URI'),
  })
  await answers(calendar)
  const leaf = readFileSync(join(folder, 'secrets', 'certificates', 'site.pem'), 'utf8')
  const chromium = await openChromium(t, leaf)

  t.test(
    'one login: the header app first, then the app that speaks OpenID Connect without a word',
    async t => {
      const context = await person(chromium)
      const page = await context.newPage()
      await page.goto(at('cal', '/.web/'))
      t.equal(new URL(page.url()).host, `auth.${DOMAIN}:${open}`, 'to the login page first')
      await shoot(page, 'house-login')
      await logIn(page, 'bob')
      await page.waitForURL(at('cal', '/.web/'))
      const principal = await page.evaluate(async () => {
        const answer = await fetch('/', {
          method: 'PROPFIND',
          headers: { depth: '0', 'x-remote-user': 'alice' },
        })
        return `${answer.status} ${await answer.text()}`
      })
      t.match(principal, /^207 [\s\S]*\/bob\//, 'Radicale knows bob, whatever the page says')
      t.notMatch(principal, '/alice/')

      const answer = await page.goto(at('wiki', '/'))
      t.equal(page.url(), at('wiki', '/'), 'no login page in between')
      t.match(answer?.headers(), { 'x-user': 'bob', 'x-groups': /family/ })
      await context.close()
    },
  )

  t.test('the app that speaks OpenID Connect first', async t => {
    const page = await (await person(chromium)).newPage()
    await page.goto(at('wiki', '/'))
    t.equal(new URL(page.url()).host, `auth.${DOMAIN}:${open}`)
    await logIn(page, 'bob')
    await page.waitForURL(at('wiki', '/'))
    t.equal(await page.title(), 'The wiki')
  })

  t.test(
    'who is in no group that may enter comes back to the app with access_denied, and no loop',
    async t => {
      const page = await (await person(chromium)).newPage()
      await page.goto(at('wiki', '/'))
      await logIn(page, 'dave')
      await page.waitForURL(url => url.pathname === '/oauth2/callback')
      t.equal(new URL(page.url()).searchParams.get('error'), 'access_denied')
    },
  )

  t.test('a host that is not in gatehouse.yml gets no certificate at all', async t => {
    const page = await (await person(chromium)).newPage()
    await t.rejects(page.goto(at('other')), /ERR_SSL_UNRECOGNIZED_NAME_ALERT/)
  })

  t.test('plain http leads to https', async t => {
    const page = await ask({ port: plain }, `cal.${DOMAIN}`, '/x?y')
    t.equal(page.status, 301)
  })
}
