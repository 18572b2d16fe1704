/** Homes for attacks that need more than one person or Authelia itself: many people, or a program that can die. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { type Gateway, openGateway } from './gateway.ts'
import { type House, openHouse } from './house.ts'
import { type Program, start } from './programs.ts'
import { bytes, type RawAnswer, raw } from './raw.ts'
import { type RecordingUpstream, recordingUpstream } from './upstream.ts'

const STAND_IN = join(import.meta.dirname, 'authelia-process.ts')

interface Teardown {
  teardown(fn: () => unknown): void
}

export interface Authelia {
  readonly port: number
  /** The program that runs now. */
  program(): Program
  /** Makes it ill, or `well` again. */
  mood(name: string): Promise<void>
  /** Starts it anew on the same port, after it was killed. */
  restart(): Promise<void>
}

/** Runs the stand-in for Authelia as a process; it ends with the test. */
export async function startAuthelia(t: Teardown): Promise<Authelia> {
  const run = async (port: number) => {
    const program = start(t, process.execPath, [STAND_IN, String(port)])
    const [, found] = await program.says(/listening on (\d+)/)
    return { program, port: Number(found) }
  }
  let now = await run(0)
  const { port } = now
  return {
    port,
    program: () => now.program,
    async mood(name) {
      await raw(
        port,
        bytes(`POST /mood/${name}`, [
          ['Host', 'x'],
          ['Content-Length', '0'],
        ]),
      )
    },
    async restart() {
      now = await run(port)
    },
  }
}

export interface AutheliaHome extends Gateway {
  readonly app: RecordingUpstream
  readonly authelia: Authelia
  /** The bytes of a request of alice's. */
  request(target: string): string
  /** Asks the app for `target` with alice's session. */
  ask(target: string, more?: readonly (readonly [string, string])[]): Promise<RawAnswer>
}

/**
 * The gateway on an Authelia that is a process; nothing is kept between requests.
 * @param timeout as gatehouse.yml has it
 * @param answer what the app answers, if not with what it received
 * @param more further keys of the app
 */
export async function openAutheliaHome(
  t: Teardown,
  timeout: string,
  answer?: Parameters<typeof recordingUpstream>[1],
  more = '',
): Promise<AutheliaHome> {
  const app = await recordingUpstream(t, answer)
  const authelia = await startAuthelia(t)
  const house = await openHouse(t, { apps: `  app: { upstream: '${app.origin}' }\n` })
  writeFileSync(
    house.file,
    `domain: ${house.domain}
public_port: ${house.publicPort}
listen: [{ address: '127.0.0.1:0' }]
authelia: { url: 'http://127.0.0.1:${authelia.port}', timeout: ${timeout}, verdict_ttl: 0s }
apps:
  app: { upstream: '${app.origin}', policy: one_factor${more} }
`,
  )
  const gateway = await openGateway(t, house)
  const request = (target: string, more: readonly (readonly [string, string])[] = []) =>
    bytes(`GET ${target}`, [
      ['Host', house.at('app').host],
      ['X-Forwarded-Proto', 'https'],
      ['Cookie', 'authelia_session={alice:1fa}'],
      ...more,
    ])
  return {
    ...gateway,
    app,
    authelia,
    request,
    ask: (target, more) => raw(gateway.plainPort, request(target, more)),
  }
}

/** Puts people of these names in the place of the house's own. Every password is bob's, so that one digest does. */
export function settle(house: House, names: readonly string[]): void {
  const file = join(house.folder, 'users_database.yml')
  const digest = /bob:[\s\S]*?password: '([^']+)'/.exec(readFileSync(file, 'utf8'))?.[1]
  if (digest === undefined) throw new Error('the house has no bob')
  const people = names.map(
    name =>
      `  ${name}: { displayname: 'The ${name}', password: '${digest}', email: '${name}@example.com', groups: [of-${name}] }\n`,
  )
  writeFileSync(file, `users:\n${people.join('')}`)
}
