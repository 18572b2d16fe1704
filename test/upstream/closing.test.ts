/** A reload closes an upstream while requests run; a shutdown cuts it. */
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import t from 'tap'
import { ask, read } from './ask.ts'
import { rig } from './rig.ts'

for (const front of ['h1', 'h2'] as const) {
  t.test(`close waits for what is in flight, over ${front}`, async t => {
    let stream: ServerResponse | undefined
    const r = await rig({
      front,
      app: (req, res) => {
        if (req.url !== '/stream') return void res.end('at once')
        res.write('first')
        stream = res
      },
    })
    const answer = await ask(r, { path: '/stream' })
    await once(answer.body, 'data')
    let closed = false
    const closing = r.upstream.close().then(() => {
      closed = true
    })
    const late = await ask(r)
    t.equal((await read(late)).toString(), 'at once', 'a request that was on its way still passes')
    t.notOk(closed)
    stream?.end(' and last')
    t.equal((await read(answer)).toString(), ' and last')
    await closing
    for (const socket of r.connections) if (!socket.destroyed) await once(socket, 'close')
    t.ok(closed, 'and no connection is kept')
    await r.close()
  })

  t.test(`destroy cuts, over ${front}`, async t => {
    const r = await rig({ front, app: (req, res) => void (req.url === '/stream' && res.write('first')) })
    const [stream, waiting] = [await ask(r, { path: '/stream' }), ask(r, { path: '/waiting' })]
    while (r.connections.length < 2) await new Promise(resolve => setTimeout(resolve, 5))
    await r.upstream.destroy()
    await t.rejects(read(stream))
    t.equal((await waiting).status, 502)
    const sent = r.outcomes.map(outcome => outcome.kind === 'failed' && outcome.why === 'cut' && outcome.sent)
    t.strictSame(sent.sort(), [false, true])
    t.equal((await ask(r)).status, 502, 'and nothing passes any more')
    t.match(r.outcomes.at(-1), { kind: 'failed', why: 'down', sent: false })
    await r.close()
  })
}

t.test('an idle upstream closes at once, twice too', async t => {
  const r = await rig()
  await read(await ask(r))
  await r.upstream.close()
  await r.upstream.close()
  await r.upstream.destroy()
  t.pass('closed')
  await r.close()
})
