/** A directory that promises TLS and then says nothing must not hold the doctor for ever. */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import t from 'tap'
import { knockAtLdap } from '../../src/doctor/outside/ldap.ts'

/** RFC 4511, 4.12: an ExtendedResponse of success. @param id of the message that it answers */
const goOn = (id: number) => Buffer.from([0x30, 12, 2, 1, id, 0x78, 7, 10, 1, 0, 4, 0, 4, 0])

t.test('a mute directory', async t => {
  const sockets: Socket[] = []
  const server = createServer(socket => {
    sockets.push(socket)
    socket.on('error', () => {}).once('data', (asked: Buffer) => socket.write(goOn(asked[4] ?? 0)))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const address = { scheme: 'ldap', host: 'localhost', port, address: `ldap://127.0.0.1:${port}` }
  const ldap = { address, base_dn: 'dc=x', user: 'cn=x', start_tls: true } as never
  const found = await Promise.race([
    knockAtLdap(ldap, 'secret', { patience: 300, trust: [] }),
    new Promise(resolve => setTimeout(resolve, 5000, 'still waiting').unref()),
  ])
  t.match(found, { step: 'connect', failed: String })
})
