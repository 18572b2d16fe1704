import { spawnSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { connect, createServer, type TlsOptions } from 'node:tls'
import t from 'tap'
import { find } from '../../scripts/programs.ts'
import { openAuthority } from '../../src/demo/authority.ts'

const DAY = 86_400_000
const now = Date.now()
const certificate = (file: string): X509Certificate => new X509Certificate(readFileSync(file))

/** What a strict client says of a server with this certificate: undefined where it is content. */
async function complaint(options: TlsOptions, ca: Buffer, servername: string): Promise<string | undefined> {
  const server = createServer(options, socket => socket.end())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', servername, ca })
  socket.resume()
  try {
    await once(socket, 'secureConnect')
    return undefined
  } catch (error) {
    return String(error)
  } finally {
    socket.destroy()
    server.close()
  }
}

t.test('the first run makes it, the next ones keep it', async t => {
  const folder = join(t.testdir(), 'demo')
  const first = await openAuthority(folder, 'gatehouse.localhost', now)
  t.equal(first.made, true)
  t.equal(statSync(folder).mode & 0o777, 0o700)
  for (const key of ['authority.key', 'hosts.key'])
    t.equal(statSync(join(folder, key)).mode & 0o777, 0o600, key)
  t.equal(first.fingerprint, certificate(first.certificate).fingerprint256)
  const leaf = readFileSync(first.leaf, 'utf8')
  const again = await openAuthority(folder, 'gatehouse.localhost', now + 80 * DAY)
  t.equal(again.made, false)
  t.equal(again.fingerprint, first.fingerprint)
  t.equal(readFileSync(again.leaf, 'utf8'), leaf, 'the leaf is kept while it is good')
  await openAuthority(folder, 'gatehouse.localhost', now + 84 * DAY)
  t.not(readFileSync(again.leaf, 'utf8'), leaf, 'and renewed before it expires')
})

t.test('damaged files are made anew', async t => {
  const folder = t.testdir()
  const first = await openAuthority(folder, 'gatehouse.localhost', now)
  writeFileSync(first.leaf, 'not a certificate')
  const leaf = await openAuthority(folder, 'gatehouse.localhost', now)
  t.equal(leaf.fingerprint, first.fingerprint, 'a damaged leaf costs no new trust')
  t.ok(certificate(leaf.leaf).checkIssued(certificate(leaf.certificate)))
  writeFileSync(join(folder, 'authority.key'), '')
  const root = await openAuthority(folder, 'gatehouse.localhost', now)
  t.equal(root.made, true)
  t.ok(certificate(root.leaf).verify(certificate(root.certificate).publicKey), 'the leaf is of the new one')
})

t.test('a strict client accepts it for the hosts of the domain, and no others', async t => {
  const { leaf, leafKey, certificate: root } = await openAuthority(t.testdir(), 'gatehouse.localhost', now)
  const options = { cert: readFileSync(leaf), key: readFileSync(leafKey) }
  const ca = readFileSync(root)
  for (const name of ['gatehouse.localhost', 'auth.gatehouse.localhost', 'whoami.gatehouse.localhost'])
    t.equal(await complaint(options, ca, name), undefined, name)
  t.match(await complaint(options, ca, 'gatehouse.example'), /does not match certificate's altnames/)
})

t.test('the authority can sign for the demo alone', async t => {
  const folder = t.testdir()
  const { certificate: root } = await openAuthority(folder, 'gatehouse.localhost', now)
  const ca = readFileSync(root)
  // The same authority, misused: a thief of its key asks for a bank.
  writeFileSync(join(folder, 'hosts.pem'), '')
  const stolen = await openAuthority(folder, 'bank.example', now)
  t.equal(stolen.made, false)
  const options = { cert: readFileSync(stolen.leaf), key: readFileSync(stolen.leafKey) }
  t.match(await complaint(options, ca, 'www.bank.example'), /permitted subtree violation/)
})

const skip = find('openssl') === undefined ? 'no openssl on this machine' : false
t.test('openssl verifies the chain', { skip }, async t => {
  const { leaf, certificate: root } = await openAuthority(t.testdir(), 'gatehouse.localhost', now)
  const args = [
    'verify',
    '-x509_strict',
    '-CAfile',
    root,
    '-purpose',
    'sslserver',
    '-verify_hostname',
    'porch.gatehouse.localhost',
    leaf,
  ]
  const out = spawnSync('openssl', args, { encoding: 'utf8' })
  t.equal(out.status, 0, out.stderr + out.stdout)
})
