/** Gatehouse as a process, on a configuration of the bench's. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { DOMAIN, PROGRAM } from './portal.ts'
import type { Running } from './stage.ts'
import type { Rig } from './types.ts'

export interface GatewayOptions {
  /** Authelia's, or its stand-in's. */
  readonly authority: number
  readonly door: 'proxy' | 'forward_auth'
  /** Under `apps:`, indented by two. */
  readonly apps?: string
  /** Under `authelia:`, as `key: value`. */
  readonly authelia?: readonly string[]
}

export interface Gateway {
  readonly port: number
  readonly program: Running
}

/** Every guard on, and a rule that looks at the path, so that paths are judged too. */
export const guardedApp = (upstream: number): string =>
  `  app: { upstream: 'http://127.0.0.1:${upstream}', policy: one_factor, rules: [{ resources: ['^/admin'], policy: deny }] }`

export function configurationOf(port: number, upstream: number, options: GatewayOptions): string {
  const more = (options.authelia ?? []).map(line => `, ${line}`).join('')
  return `domain: ${DOMAIN}
listen: [{ address: '127.0.0.1:${port}', door: ${options.door} }]
authelia: { url: 'http://127.0.0.1:${options.authority}'${more} }
apps:
${options.apps ?? guardedApp(upstream)}
`
}

/** Starts it on the contenders' core, and waits until it listens. */
export async function startGateway(rig: Rig, options: GatewayOptions): Promise<Gateway> {
  const { stage, cores, upstream } = rig
  const folder = stage.folder('gatehouse')
  const port = await stage.port()
  const file = join(folder, 'gatehouse.yml')
  writeFileSync(file, configurationOf(port, upstream, options))
  const args = [PROGRAM, 'serve', '--config', file, '--log-format', 'json']
  const program = stage.start(process.execPath, args, { core: cores.contender, env: { TMPDIR: folder } })
  await stage.listens(program, port)
  return { port, program }
}
