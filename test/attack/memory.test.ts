/** What strangers make up is not remembered: names of headers and cookies, in any number and of any length. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t from 'tap'
import { rightmostUntrusted } from '../../src/lib/address.ts'
import { headerName } from '../../src/lib/headers.ts'
import { Verdicts } from '../../src/session/verdicts.ts'
import { claim } from '../../src/upstream/app-cookies.ts'
import { bytes, raw } from '../support/raw.ts'
import { openHome } from './home.ts'

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

/** Bytes that are still held after some work. */
function held(work: (turn: number) => void, turns: number): number {
  collect()
  const before = process.memoryUsage().heapUsed
  for (let turn = 0; turn < turns; turn++) work(turn)
  collect()
  return process.memoryUsage().heapUsed - before
}

/** A string of its own, as the parser makes them. */
const fresh = (text: string): string => Buffer.from(text).toString('latin1')

const padding = 'q'.repeat(30_000)

t.test('header names', async t => {
  const name = (turn: number) => fresh(`X_${turn}_${'_'.repeat(30_000)}`)
  const growth = held(turn => void headerName(name(turn)), 600)
  t.ok(growth < 4e6, `600 names of 30 KB leave ${growth} bytes`)
  const { plainPort, to } = await openHome(t)
  await raw(plainPort, bytes('GET /', [...to('app'), [name(0), 'x']]))
  for (let turn = 0; turn < 5000; turn++) headerName(`X-Made-Up-${turn}`)
  t.equal(headerName('X-Real'), headerName('X-Real'), 'nor do they keep the real ones out')
})

t.test('cookie names', async t => {
  const here = { host: 'app.example.com', path: '/' }
  const growth = held(turn => {
    claim(fresh(`z=${padding}; made_up_by_somebody_${turn}=1`), undefined, 'bob', here, 'example.com')
  }, 600)
  t.ok(growth < 4e6, `600 cookies beside others of 30 KB leave ${growth} bytes`)
  const long = held(turn => {
    claim(fresh(`${turn}${padding}=1`), undefined, 'bob', here, 'example.com')
  }, 600)
  t.ok(long < 4e6, `600 names of 30 KB leave ${long} bytes`)
})

t.test('what stands before an address', async t => {
  const options = { ttl: 60_000, grace: 0, scope: 'request', mostBytes: 1e6 } as const
  const verdicts = new Verdicts(options, () => 0)
  const allow = { kind: 'allow', identity: undefined, until: 1 } as const
  const growth = held(turn => {
    const line = fresh(`${padding}, 203.0.113.${100 + (turn % 100)}`)
    const client = rightmostUntrusted(line, '', { has: () => false })
    const question = { method: 'GET', scheme: 'https', host: 'a.example.com', target: `/${turn}` } as const
    verdicts.keep({ ...question, client, session: 'bob', authorization: undefined }, allow, 0)
  }, 600)
  t.ok(verdicts.size > 0)
  t.ok(growth < 4e6, `600 verdicts leave ${growth} bytes`)
})
