import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import t, { type Test } from 'tap'
import { WebSocket } from 'ws'
import { openAuthority } from '../../src/demo/authority.ts'
import { DOMAIN, passwordOf, writePeople } from '../../src/demo/household.ts'
import { freePort } from '../../src/demo/port.ts'
import { nginxFiles } from '../../src/deploy/nginx/files.ts'
import { serve } from '../cli/gatehouse.ts'
import { configIn } from '../deploy/houses.ts'
import { certify, mainFile, writeAll } from '../deploy/nginx/rendered.ts'
import { openChromium, person, shoot } from '../support/chromium.ts'
import { find, start, without } from '../support/programs.ts'
import { bytes, raw } from '../support/raw.ts'
import { type RecordingUpstream, recordingUpstream } from '../support/upstream.ts'

interface Home {
  readonly port: number
  readonly plain: number
  readonly app: RecordingUpstream
  readonly wiki: RecordingUpstream
  readonly ca: string
  readonly leaf: string
}

/** One gatehouse.yml, the NGINX that is rendered of it and the gateway that serves it, with its own portal. */
async function openHome(test: Test): Promise<Home> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-rendered-'))
  test.teardown(() => rmSync(folder, { recursive: true, force: true }))
  const app = await recordingUpstream(test)
  const wiki = await recordingUpstream(test)
  const [port, plain, door] = [await freePort(0), await freePort(0), await freePort(0)]
  await writePeople(folder, 'JBSWY3DPEHPK3PXP', Date.now())
  const oidc = `  wiki: { kind: custom, url: 'https://wiki.${DOMAIN}:${port}', upstream: '${wiki.origin}', client: { redirect_uris: 'https://wiki.${DOMAIN}:${port}/c', public: true } }`
  writeFileSync(
    join(folder, 'gatehouse.yml'),
    `domain: ${DOMAIN}
public_port: ${port}
listen: [{ address: 127.0.0.1:${door} }]
portal: { host: auth.${DOMAIN}, users: users_database.yml }
apps:
  app: { upstream: '${app.origin}' }
deploy:
  folder: ${folder}
  nginx: { addresses: [127.0.0.1], redirect_port: ${plain} }
`,
  )
  await serve(test, join(folder, 'gatehouse.yml')).line('ready')
  // The app with OpenID Connect is NGINX's alone, so the gateway above need not know it.
  writeFileSync(
    join(folder, 'gatehouse.yml'),
    `${readFileSync(join(folder, 'gatehouse.yml'), 'utf8')}oidc_apps:\n${oidc}\n`,
  )
  const config = configIn(folder)
  const snippet = (path: string): string =>
    readFileSync(join(import.meta.dirname, '..', '..', 'nginx', path), 'utf8')
  const house = { config, current: join(folder, 'tree'), digest: () => undefined, snippet }
  await certify(house)
  writeAll(house.current, nginxFiles(house))
  const main = join(folder, 'nginx.conf')
  writeFileSync(main, mainFile(folder, `include ${house.current}/nginx/gatehouse.conf;`))
  const nginx = start(test, find('nginx') ?? 'nginx', ['-c', main, '-p', folder, '-e', 'stderr'])
  await nginx.says(/start worker process /)
  const authority = await openAuthority(join(config.secrets, 'demo'), DOMAIN, Date.now())
  const [ca, leaf] = [authority.certificate, authority.leaf].map(file => readFileSync(file, 'utf8'))
  return { port, plain, app, wiki, ca: ca ?? '', leaf: leaf ?? '' }
}

t.test(
  'the rendered NGINX and the gateway, from one file',
  { skip: without('nginx', 'chromium') },
  async t => {
    const home = await openHome(t)
    const { port, app, wiki, ca } = home
    const hostOf = (name: string): string => `${name}.${DOMAIN}`
    const ask = (
      name: string,
      line: string,
      headers: readonly (readonly [string, string])[] = [],
      host = hostOf(name),
    ) => raw({ port, host: hostOf(name), ca }, bytes(line, [['Host', `${host}:${port}`], ...headers]))
    const browser = await openChromium(t, home.leaf)
    const bob = await person(browser)
    const page = await bob.newPage()
    const asked = `https://${hostOf('app')}:${port}/page?a=1`
    let session = ''

    await t.test('bob logs in at the portal and lands in the app', async t => {
      await page.goto(asked)
      t.equal(new URL(page.url()).hostname, hostOf('auth'))
      await shoot(page, 'rendered-login')
      await page.fill('input[name=username]', 'bob')
      await page.fill('input[name=password]', passwordOf('bob'))
      await page.press('input[name=password]', 'Enter')
      await page.waitForURL(asked)
      t.strictSame(app.last('remote-user'), ['bob'])
      t.strictSame(app.last('x-forwarded-proto'), ['https'])
      session = (await bob.cookies()).find(({ name }) => name === 'authelia_session')?.value ?? ''
      t.not(session, '')
    })

    await t.test('an upload of 2 MB arrives whole', async t => {
      const status = await page.evaluate(
        async size => (await fetch('/upload', { method: 'POST', body: new Uint8Array(size) })).status,
        2_000_000,
      )
      t.equal(status, 200)
      t.equal(app.seen.find(({ target }) => target === '/upload')?.body.length, 2_000_000)
    })

    await t.test('a WebSocket opens under the right name', async t => {
      const options = {
        ca,
        servername: hostOf('app'),
        headers: {
          Host: `${hostOf('app')}:${port}`,
          Cookie: `authelia_session=${session}`,
          'Remote-User': 'alice',
        },
      }
      const socket = new WebSocket(`wss://127.0.0.1:${port}/socket`, options)
      await once(socket, 'open')
      t.strictSame(app.last('remote-user'), ['bob'])
      socket.terminate()
    })

    await t.test("a stranger's Remote-User reaches nobody", async t => {
      app.clear()
      const answer = await ask('app', 'GET /', [
        ['Remote-User', 'alice'],
        ['Accept', '*/*'],
      ])
      t.equal(answer.status, 401)
      t.strictSame(app.seen, [])
      await ask('wiki', 'GET /w', [
        ['Remote-User', 'alice'],
        ['Cookie', `a=1; authelia_session=${session}`],
      ])
      t.strictSame(wiki.last('remote-user'), [], 'nor an app that signs in itself')
      t.strictSame(wiki.last('cookie'), ['a=1'], 'which does not get the session either')
      t.strictSame(wiki.last('host'), [`${hostOf('wiki')}:${port}`])
    })

    await t.test('HSTS once, and plain http is sent on', async t => {
      const answer = await ask('app', 'GET /', [['Accept', '*/*']])
      t.strictSame(
        answer.headers.filter(([name]) => name === 'strict-transport-security').map(([, value]) => value),
        ['max-age=15552000'],
      )
      const plain = await raw(home.plain, bytes('GET /x?y=1', [['Host', hostOf('app')]]))
      t.strictSame([plain.status, plain.header('location')], [301, `https://${hostOf('app')}:${port}/x?y=1`])
      await t.rejects(raw(home.plain, bytes('GET /', [['Host', 'evil.example']])), /without an answer/)
    })

    await t.test('an unknown name is shown no certificate, and gets nothing by a known one', async t => {
      const socket = connectTls({ port, host: '127.0.0.1', servername: 'evil.example', ca })
      const [error] = (await once(socket, 'error')) as [Error & { code?: string }]
      t.match(error.message, /unrecognized name/i)
      t.equal((await ask('app', 'GET /', [], 'evil.example')).status, 421)
    })

    await t.test('sign-out', async t => {
      await page.goto(`https://${hostOf('app')}:${port}/.gatehouse/sign-out`)
      await page.getByRole('button', { name: 'Sign out' }).click()
      await page.waitForURL(/signed-out/)
      const old = await ask('app', 'GET /', [
        ['Cookie', `authelia_session=${session}`],
        ['Accept', '*/*'],
      ])
      t.equal(old.status, 401, 'the old session is over')
    })
  },
)
