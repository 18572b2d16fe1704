/** `gatehouse portal`: the built-in portal alone, on an Authelia's configuration.yml. */
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { AutheliaConfigError, portalStandalone, type Standalone } from '../portal/standalone.ts'
import { listenFault } from '../server/listen-fault.ts'
import { codeOf, fileFault, StartFault } from '../server/start-fault.ts'
import { type Call, UsageFault } from './command.ts'
import { logTo } from './log.ts'
import { untilEnded } from './signals.ts'

export async function run({ world, given }: Call): Promise<number> {
  const { 'authelia-config': config, listen } = given
  if (config === undefined) throw new UsageFault('--authelia-config FILE is missing.')
  if (listen === undefined) throw new UsageFault('--listen ADDRESS:PORT is missing.')
  const where = readAddress(listen)
  const log = logTo(world.stderr, world, given)
  const ended = untilEnded(world, log)
  const file = resolve(world.cwd, config)
  let portal: Standalone
  try {
    portal = await portalStandalone(file, where, { log, clock: world.clock })
  } catch (error) {
    world.stderr.write(`${explain(error, file, where)}\n`)
    return 1
  }
  const { host, port } = 'port' in portal.where ? portal.where : where
  log.info({ address: `http://${host.includes(':') ? `[${host}]` : host}:${port}` }, 'listening')
  await ended
  await portal.close()
  return 0
}

function readAddress(text: string): { host: string; port: number } {
  const [, bracketed, plain, digits = ''] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? []
  const host = bracketed ?? plain ?? ''
  const port = Number(digits)
  if (isIP(host) !== 0 && digits !== '' && port <= 65_535) return { host, port }
  throw new UsageFault(`--listen ${text}: write an address and a port, as in 127.0.0.1:9091 or [::1]:9091`)
}

function explain(error: unknown, file: string, address: { host: string; port: number }): string {
  if (error instanceof AutheliaConfigError) return error.message
  const code = codeOf(error)
  const system = error instanceof Error && 'syscall' in error ? error.syscall : undefined
  const fault =
    system === 'open' || system === 'read'
      ? fileFault('configuration', file, error)
      : code !== undefined && system !== undefined
        ? listenFault(error, { address, door: 'proxy', trusted_proxies: [] })
        : undefined
  if (fault instanceof StartFault) return fault.hint ? `${fault.message}\n  ${fault.hint}` : fault.message
  return error instanceof Error ? error.message : String(error)
}
