/** From the start of the process to its first answer, and what it holds before anybody has come. */
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import process from 'node:process'
import { configurationOf } from './lib/gateway.ts'
import { HOST, PROGRAM } from './lib/portal.ts'
import { residentOf } from './lib/proc.ts'
import { median, range } from './lib/stats.ts'
import { startServer } from './lib/stub.ts'
import type { Rig } from './lib/types.ts'

/** Milliseconds between two tries to connect. */
const BEAT = 1
/** Milliseconds after the first answer until the memory is read. */
const REST = 3000
const PATIENCE = 10_000

export interface Start {
  readonly starts: number
  /** Milliseconds from spawn to the first byte of the first answer. */
  readonly median: number
  readonly range: readonly [number, number]
  /** Milliseconds from the spawn to the end of a Node with nothing to do: the median of as many. */
  readonly bare: number
  /** Mebibytes of resident memory, three seconds after it. */
  readonly rest: number
}

/** The status of the first answer, or undefined where nobody listens yet. */
function answer(port: number): Promise<number | undefined> {
  return new Promise(resolve => {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.setNoDelay(true)
    socket.write(`GET / HTTP/1.1\r\nHost: ${HOST}\r\nX-Forwarded-Proto: https\r\nAccept: text/html\r\n\r\n`)
    socket.once('error', () => resolve(undefined))
    socket.once('data', bytes => {
      resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(bytes.toString('latin1'))?.[1]))
      socket.destroy()
    })
  })
}

async function once(rig: Rig, authority: number): Promise<{ took: number; rest: () => Promise<number> }> {
  const { stage } = rig
  const folder = stage.folder('start')
  const port = await stage.port()
  const file = join(folder, 'gatehouse.yml')
  writeFileSync(file, configurationOf(port, rig.upstream, { authority, door: 'proxy' }))
  const from = performance.now()
  const program = stage.start(process.execPath, [PROGRAM, 'serve', '--config', file])
  let status: number | undefined
  while (status === undefined) {
    await new Promise(resolve => setTimeout(resolve, BEAT))
    status = await answer(port)
    if (performance.now() - from > PATIENCE) throw new Error(`it does not answer:\n${program.said()}`)
  }
  const took = performance.now() - from
  // A stranger is sent to the login.
  if (status !== 302) throw new Error(`the first answer is ${status}:\n${program.said()}`)
  return {
    took,
    async rest() {
      await new Promise(resolve => setTimeout(resolve, REST))
      return residentOf(program.pid)
    },
  }
}

async function bareNode({ stage }: Rig): Promise<number> {
  const from = performance.now()
  await stage.start(process.execPath, ['-e', '0']).gone
  return performance.now() - from
}

/** Starts it again and again, on any core. */
export async function measureStart(rig: Rig, starts: number, say: (line: string) => void): Promise<Start> {
  const stage = rig.stage.part()
  try {
    const authority = await startServer(stage, 'authelia-stub', rig.cores.generator)
    const times: number[] = []
    const bare: number[] = []
    let rest = 0
    // The first start fills the compile cache where nobody has started it before.
    for (let n = -1; n < starts; n++) {
      const own = stage.part()
      const { took, rest: atRest } = await once({ ...rig, stage: own }, authority.port)
      if (n >= 0) {
        times.push(took)
        bare.push(await bareNode({ ...rig, stage: own }))
      }
      // The first start also has to stay until the cache is written.
      if (n === -1 || n === starts - 1) rest = await atRest()
      await own.close()
    }
    say(`start: ${Math.round(median(times))} ms`)
    return { starts, median: median(times), range: range(times), bare: median(bare), rest }
  } finally {
    await stage.close()
  }
}
