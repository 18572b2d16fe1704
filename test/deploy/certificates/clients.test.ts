import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createSecureContext, createServer } from 'node:tls'
import t from 'tap'
import { ensureCertificates, ownTexts, signingPair } from '../../../src/deploy/certificates/own.ts'
import { makeLeaf, type Pair } from '../../../src/deploy/certificates/x509.ts'
import { configOf } from '../../support/config-of.ts'
import { find } from '../../support/programs.ts'
import { CLIENTS } from './clients.ts'

const folder = t.testdir()
const config = configOf(
  folder,
  `domain: example.com
portal: { users: users_database.yml }
oidc_apps:
  git: { kind: custom, url: "https://git.dev.example.com", client: { redirect_uris: "https://git.dev.example.com" } }
`,
)
const GOOD = ['example.com', 'auth.example.com', 'git.dev.example.com']
/** Signed with the stolen key of the authority, for what it may not sign for. */
const STOLEN = 'www.bank.example'
/** In each client's own words: of the certificate, and not that it could not connect. */
const REFUSED = /certificate|permitted subtree|ERR_CERT/i
const authority = join(config.secrets, 'certificates/authority.pem')
const now = Date.now()
let port = 0

t.before(async () => {
  await ensureCertificates(config, now)
  const texts = ownTexts(config)
  const stolen = await makeLeaf(signingPair(config), [STOLEN], { now, days: 30 })
  const context = ({ certificate, key }: Pair) => createSecureContext({ cert: certificate, key })
  const [right, wrong] = [
    context({ certificate: texts.site ?? '', key: texts.siteKey ?? '' }),
    context(stolen),
  ]
  writeFileSync(join(folder, 'stolen.pem'), stolen.certificate)
  const SNICallback = (name: string, done: (error: null, context: typeof right) => void) =>
    done(null, name === STOLEN ? wrong : right)
  const server = createServer({ SNICallback, cert: texts.site, key: texts.siteKey }, socket => {
    socket.on('error', () => {})
    // Not before it asks: a connection that ends by itself is none that Chromium can send on.
    socket.once('data', () => {
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nhere')
    })
  })
  server.on('tlsClientError', () => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  port = (server.address() as AddressInfo).port
})

for (const { name, programs, constrained, open } of CLIENTS) {
  const missing = programs.filter(program => find(program) === undefined)
  const skip = missing.length > 0 && `no ${missing.join(' and no ')} on this machine`
  t.test(
    `${name} takes it for every host${constrained ? ', and for no domain but ours' : ''}`,
    { skip },
    async t => {
      const visit = await open(t, { authority, port, hosts: [...GOOD, STOLEN] })
      for (const host of GOOD) t.equal(await visit(host), 'here', host)
      t.match(await visit(STOLEN), constrained ? REFUSED : 'here', STOLEN)
    },
  )
}

const skip = find('openssl') === undefined && 'no openssl on this machine'
t.test('openssl verifies it, strictly, and says why not', { skip }, async t => {
  const verify = (host: string, file: string) => {
    const names = ['-x509_strict', '-CAfile', authority, '-purpose', 'sslserver', '-verify_hostname', host]
    const { stdout, stderr } = spawnSync('openssl', ['verify', ...names, file], { encoding: 'utf8' })
    return stdout + stderr
  }
  const site = join(config.secrets, 'certificates/site.pem')
  for (const host of GOOD) t.equal(verify(host, site), `${site}: OK\n`, host)
  t.match(verify('a.b.example.com', site), /hostname mismatch/)
  t.match(verify(STOLEN, join(folder, 'stolen.pem')), /permitted subtree violation/)
})
