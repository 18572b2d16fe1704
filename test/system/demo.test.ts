import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { runDemo, startDemo } from '../support/demo.ts'

t.test('gatehouse demo --once walks through every app', async t => {
  const { program, left } = runDemo(t, ['--once', '--port', '0'])
  t.equal(await program.gone, 0, program.said())
  t.match(program.said(), /All \d+ checks passed/)
  t.notMatch(program.said(), 'FAILED')
  t.strictSame(left(), [], 'no temporary file is left')
})

t.test('a port that is taken: the next free one, said aloud', async t => {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo
  const { program } = runDemo(t, ['--once'], { GATEHOUSE_DEMO_PORT: String(port) })
  await program.says(new RegExp(`Port ${port} is taken, so this is port \\d+`))
  t.equal(await program.gone, 0, program.said())
})

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  t.test(`${signal} leaves nothing behind`, async t => {
    const demo = await startDemo(t)
    const page = await fetch(`https://127.0.0.1:${demo.port}/`).catch((error: Error) => error.cause)
    t.match(String(page), /certificate/i, 'it listened, with a certificate of its own')
    demo.program.child.kill(signal)
    t.equal(await demo.program.gone, 0, demo.program.said())
    t.strictSame(demo.left(), [])
    t.match(demo.program.said(), /Its authority stays in /)
    const after = await fetch(`https://127.0.0.1:${demo.port}/`).catch((error: Error) => error.cause)
    t.match(after, { code: 'ECONNREFUSED' })
  })

t.test('a port that is no port is wrong usage', async t => {
  for (const port of ['70000', 'x', '-1', '1.5']) {
    const { program } = runDemo(t, [`--port=${port}`])
    t.equal(await program.gone, 2, `${port}: ${program.said()}`)
  }
})
