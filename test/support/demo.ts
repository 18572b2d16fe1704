/** The demo as a person starts it, in a process of its own. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { TOTP } from 'otpauth'
import { freePort } from '../../src/demo/port.ts'
import { type Program, start } from './programs.ts'

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts')

export interface Demo {
  readonly program: Program
  readonly port: number
  /** `https://<app>.gatehouse.localhost:<port>` and a path. */
  at(app: string, path?: string): string
  /** The server's certificate, and its authority's, in PEM. */
  readonly leaf: string
  readonly ca: string
  /** A code of alice's that was not given out before: each one works once. Waits for the next where it must. */
  code(): Promise<string>
  /** What stands in the folder for temporary files. */
  left(): string[]
}

interface Teardown {
  teardown(fn: () => unknown): void
}

/** The environment of a demo that keeps everything in a folder of the test's own. */
function surroundings(t: Teardown) {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-test-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  const temporary = mkdtempSync(join(folder, 'tmp-'))
  return {
    kept: join(folder, 'kept'),
    temporary,
    env: { TMPDIR: temporary, GATEHOUSE_DEMO_FOLDER: join(folder, 'kept') },
  }
}

/** Runs `gatehouse demo` with some arguments, to whatever end. */
export function runDemo(t: Teardown, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const around = surroundings(t)
  const program = start(t, process.execPath, [MAIN, 'demo', ...args], { ...around.env, ...env })
  return { ...around, program, left: () => readdirSync(around.temporary) }
}

/** Starts the demo on a free port and waits until it says what to open. */
export async function startDemo(t: Teardown): Promise<Demo> {
  const wished = await freePort(0)
  const { program, kept, left } = runDemo(t, ['--port', String(wished)])
  await program.says(/Ctrl-C ends it/)
  const said = program.said()
  const port = Number(/https:\/\/whoami\.gatehouse\.localhost:(\d+)/.exec(said)?.[1])
  const secret = /secret {2}([A-Z2-7]+)/.exec(said)?.[1] ?? ''
  const totp = new TOTP({ secret })
  let given = ''
  return {
    program,
    port,
    at: (app, path = '/') => `https://${app}.gatehouse.localhost:${port}${path}`,
    leaf: readFileSync(join(kept, 'hosts.pem'), 'utf8'),
    ca: readFileSync(join(kept, 'authority.pem'), 'utf8'),
    async code() {
      while (totp.generate() === given)
        await new Promise(resolve => setTimeout(resolve, totp.remaining() + 50))
      given = totp.generate()
      return given
    },
    left,
  }
}
