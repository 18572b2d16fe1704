/** Trailers of a request pass only where they may: they come after whatever was stripped from its head. */
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type http from 'node:http'
import { Readable } from 'node:stream'
import t from 'tap'
import { ask, read } from './ask.ts'
import { rig } from './rig.ts'

const trailers = { 'X-Sum': '7', 'Remote-User': 'admin', Host: 'evil' }
const question = { method: 'POST', headers: { trailer: 'X-Sum, Remote-User, Host' }, trailers }

for (const front of ['h1', 'h2'] as const) {
  for (const back of ['http', 'https', 'unix'] as const) {
    for (const may of [true, false]) {
      t.test(`${front} to ${back}: ${may ? 'those that may' : 'none'}`, async t => {
        let seen: http.IncomingMessage | undefined
        let body = ''
        const app: http.RequestListener = async (req, res) => {
          seen = req
          for await (const piece of req) body += piece
          res.writeHead(200, { trailer: 'x-back' })
          res.write('ok')
          res.addTrailers({ 'X-Back': '8' })
          res.end()
        }
        const trailer = (name: string) => name !== 'remote-user'
        const r = await rig({ front, back, app, ...(may && { trailer }) })
        const answer = await ask(r, {
          ...question,
          body: Readable.from([Buffer.from('he'), Buffer.from('llo')]),
        })
        t.equal((await read(answer)).toString(), 'ok')
        t.match(answer.trailers(), { 'x-back': '8' })
        t.equal(body, 'hello')
        t.strictSame({ ...seen?.trailers }, may ? { 'x-sum': '7' } : {})
        t.equal(seen?.headers.trailer, may ? 'x-sum' : undefined)
        t.match(r.outcomes, [{ kind: 'done' }])
        await r.close()
      })
    }
  }

  t.test(`${front}: the slow way streams, too`, async t => {
    const piece = randomBytes(1024 * 1024)
    let hash = ''
    const app: http.RequestListener = async (req, res) => {
      const sum = createHash('sha256')
      for await (const part of req) sum.update(part)
      hash = sum.digest('hex')
      res.end(hash)
    }
    const r = await rig({ front, app, trailer: () => true })
    const body = Readable.from(Array.from({ length: 32 }, () => piece))
    const answer = await ask(r, { ...question, body })
    const sum = createHash('sha256')
    for (let i = 0; i < 32; i++) sum.update(piece)
    t.equal((await read(answer)).toString(), sum.digest('hex'))
    await r.close()
  })

  for (const [name, app, why, sent] of [
    ['silence', () => {}, 'slow', false],
    ['a cut before the head', req => void req.socket.destroy(), 'cut', false],
    ['a cut in the body', (_req, res) => void res.write('first', () => res.destroy()), 'cut', true],
  ] as [string, http.RequestListener, string, boolean][]) {
    t.test(`${front}: the slow way meets ${name}`, async t => {
      const r = await rig({ front, app, trailer: () => true, timeouts: { first_byte: 200 } })
      const outcome = r.outcome()
      const answer = await ask(r, { ...question, body: Readable.from([Buffer.from('hi')]) })
      if (sent) await t.rejects(read(answer))
      else t.equal(answer.status, 502)
      t.match(await outcome, { kind: 'failed', why, sent })
      await r.close()
    })
  }

  t.test(`${front}: the client leaves on the slow way`, async t => {
    const r = await rig({ front, app: (_req, res) => void res.write('first'), trailer: () => true })
    const outcome = r.outcome()
    const answer = await ask(r, { ...question, body: Readable.from([Buffer.from('hi')]) })
    await once(answer.body, 'data')
    answer.abort()
    t.match(await outcome, { kind: 'aborted' })
    await r.close()
  })
}
