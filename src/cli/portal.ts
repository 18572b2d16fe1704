/** `gatehouse portal`: the built-in portal alone, on the rules of an Authelia's configuration.yml. */
import { resolve } from 'node:path'
import { AutheliaConfigError, portalStandalone } from '../portal/standalone.ts'
import { openLog } from '../server/logs.ts'
import { codeOf } from '../server/start-fault.ts'
import { type Call, UsageFault } from './command.ts'
import { coloured } from './terminal.ts'

/** `127.0.0.1:9091` or `[::1]:9091`. */
function readAddress(text: string): { host: string; port: number } {
  const found = /^(?:\[([0-9a-f:]+)\]|([^:[\]]+)):(\d{1,5})$/i.exec(text)
  const port = Number(found?.[3])
  if (found === null || port > 65_535) {
    throw new UsageFault(`"${text}" is no address to listen on; write 127.0.0.1:9091.`)
  }
  return { host: found[1] ?? found[2] ?? '', port }
}

export async function run({ world, given }: Call): Promise<number> {
  const { 'authelia-config': config, listen } = given
  if (config === undefined) throw new UsageFault('--authelia-config FILE is needed.')
  if (listen === undefined) throw new UsageFault('--listen ADDRESS:PORT is needed.')
  const where = readAddress(listen)
  const { stdout, stderr, env, clock } = world
  const write = (line: string) => void stdout.write(line)
  const log = openLog({
    format: stdout.isTTY ? 'text' : 'json',
    level: 'info',
    colour: coloured(stdout, env),
    clock,
    write,
  })
  const ended = new Promise<void>(done => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) world.onSignal(signal, done)
  })
  try {
    const portal = await portalStandalone(resolve(world.cwd, config), where, { log, clock })
    const at =
      'port' in portal.where ? `http://${listen.slice(0, listen.lastIndexOf(':'))}:${portal.where.port}` : ''
    log.info({ address: at, ignored: portal.ignored }, 'the portal listens')
    await ended
    await portal.close()
    return 0
  } catch (error) {
    if (!explains(error)) throw error
    stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  }
}

/** Whether an error's message is for whoever runs it: a fault in a file, or the system's own. */
function explains(error: unknown): boolean {
  if (error instanceof AutheliaConfigError || codeOf(error) !== undefined) return true
  return error instanceof Error && error.name.endsWith('FileError')
}
