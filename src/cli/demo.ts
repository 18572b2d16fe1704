/** `gatehouse demo`: a whole small home on this machine. */
import { homedir, tmpdir } from 'node:os'
import { DEMO_PORT, demoFolder, runDemo } from '../demo/demo.ts'
import { openLog } from '../server/logs.ts'
import { type Call, UsageFault } from './command.ts'
import { complain, readConfiguration } from './config-file.ts'
import { start } from './start.ts'
import { coloured } from './terminal.ts'

export async function run({ world, given, flags }: Call): Promise<number> {
  const { env, clock, stdout, stderr } = world
  const port = readPort(given.port ?? env.GATEHOUSE_DEMO_PORT)
  const ended = new AbortController()
  // SIGHUP: the terminal was closed, and nothing may stay behind.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) world.onSignal(signal, () => ended.abort())
  const write = (line: string) => void stderr.write(line)
  const log = openLog({ format: 'text', level: 'warn', colour: coloured(stderr, env), clock, write })

  return runDemo(
    { port, once: flags.has('once'), folder: demoFolder(env, homedir()) },
    {
      clock,
      temporary: tmpdir(),
      ended: ended.signal,
      say: line => void stdout.write(`${line}\n`),
      async serve(file) {
        const reading = readConfiguration(file, world)
        complain(reading, world)
        return start(() => readConfiguration(file, world), reading, log, world)
      },
    },
  )
}

function readPort(text: string | undefined): number {
  if (text === undefined || text === '') return DEMO_PORT
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65_535) return port
  throw new UsageFault(`"${text}" is no port: a number up to 65535, 0 for any that is free.`)
}
