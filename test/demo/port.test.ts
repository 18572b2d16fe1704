import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import t from 'tap'
import { freePort } from '../../src/demo/port.ts'

t.test('the wished port where it is free, another where it is taken', async t => {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const next = await freePort(port)
  t.not(next, port)
  t.ok(next > 0)
  server.close()
  await once(server, 'close')
  t.equal(await freePort(port), port)
  t.ok((await freePort(0)) > 0)
  t.ok((await freePort(65_535)) > 0)
})
