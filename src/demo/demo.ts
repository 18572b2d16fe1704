/** `gatehouse demo`: a whole home on this computer, behind the very gateway that `serve` runs. */

import { mkdtempSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { machine } from '../config/host.ts'
import { readConfigAlone } from '../config/read.ts'
import { SECRETS } from '../config/secret-files.ts'
import { ensureSecrets } from '../deploy/secrets/ensure.ts'
import { readSecret } from '../deploy/secrets/read.ts'
import type { Clock } from '../types.ts'
import { type Apps, openApps } from './apps.ts'
import { openAuthority } from './authority.ts'
import { DOMAIN, furnish, secretOf, writePeople } from './household.ts'
import { type NotesParts, openNotes } from './notes.ts'
import { freePort } from './port.ts'
import { welcome } from './screen.ts'
import { walk } from './walk.ts'
import { walkNotes } from './walk-notes.ts'

/** Where browsers expect it unless told. */
export const DEMO_PORT = 8443

export interface DemoOptions {
  /** DEMO_PORT unless told; 0 for any; the next free one where it is taken. */
  readonly port?: number
  /** Check itself and end, instead of waiting for Ctrl-C. */
  readonly once: boolean
  /** Where the authority and alice's second factor are kept; see `demoFolder`. */
  readonly folder: string
}

export interface DemoParts {
  /** Starts the gateway from the path of a gatehouse.yml, as `gatehouse serve` does. */
  readonly serve: (file: string) => Promise<{ stop(limit?: number): Promise<void> }>
  /** Says a line to the person. */
  readonly say: (line: string) => void
  readonly clock: Clock
  /** A folder for temporary files, such as os.tmpdir(). */
  readonly temporary: string
  /** Aborted by Ctrl-C and by SIGTERM. */
  readonly ended: AbortSignal
}

/** Where the demo keeps what outlives it: GATEHOUSE_DEMO_FOLDER, or a folder of the user's data (XDG). */
export function demoFolder(env: Readonly<Record<string, string | undefined>>, home: string): string {
  const data = env.XDG_DATA_HOME
  return (
    env.GATEHOUSE_DEMO_FOLDER ||
    join(data?.startsWith('/') ? data : join(home, '.local', 'share'), 'gatehouse', 'demo')
  )
}

/**
 * Runs the demo until it is ended, or once through its own check.
 * @returns the exit code: 0 fine, 1 where something failed
 */
export async function runDemo(options: DemoOptions, parts: DemoParts): Promise<number> {
  const { say, clock, ended } = parts
  /** What to undo, the last first. */
  const undo: (() => Promise<void>)[] = []
  try {
    const wished = options.port ?? DEMO_PORT
    const authority = await openAuthority(options.folder, DOMAIN, clock())
    const secret = await secretOf(options.folder)
    say(`${authority.made ? 'Made' : 'Found'} the certificate authority in ${options.folder}`)
    const folder = mkdtempSync(join(parts.temporary, 'gatehouse-demo-'))
    undo.push(() => rm(folder, { recursive: true, force: true }))
    const apps: Apps = await openApps(clock)
    undo.push(() => apps.close())
    say(`Started ${Object.keys(apps.ports).length} apps without a login of their own`)
    const port = await freePort(wished)
    if (port !== wished && wished !== 0) say(`Port ${wished} is taken, so this is port ${port}`)
    const notesPort = await freePort(wished === 0 ? 0 : port + 1)
    const notes = `https://notes.${DOMAIN}:${notesPort}`
    const { leaf: certificate, leafKey: key } = authority
    await writePeople(folder, secret, clock())
    const file = await furnish(folder, { port, certificate, key, ports: apps.ports, notes })
    const told = await openNotesApp(file, clock, {
      port: notesPort,
      authority: authority.certificate,
      certificate,
      key,
    })
    undo.push(told)
    if (ended.aborted) return 0
    const gateway = await parts.serve(file)
    undo.push(() => gateway.stop(0))
    say(`The gateway listens on https://127.0.0.1:${port}`)
    if (options.once) return await check(port, notes, authority.certificate, secret, parts)
    for (const line of welcome(port, notes, authority, secret, clock())) say(line)
    await until(ended)
    say(`\nThe demo has ended. Its authority stays in ${options.folder}`)
    return 0
  } catch (error) {
    say(`The demo could not start: ${error instanceof Error ? error.message : String(error)}`)
    return 1
  } finally {
    for (const one of undo.reverse()) await one()
  }
}

/** The app that speaks OpenID Connect itself, with the client of gatehouse.yml and the secret that was made for it. */
async function openNotesApp(
  file: string,
  clock: Clock,
  files: Pick<NotesParts, 'port' | 'authority' | 'certificate' | 'key'>,
): Promise<() => Promise<void>> {
  const { config, faults } = readConfigAlone(file, machine(dirname(file), clock))
  const [app] = config?.oidc_apps ?? []
  if (config === undefined || app === undefined)
    throw new Error(faults.map(({ message }) => message).join(' '))
  await ensureSecrets(config)
  const { client_id: clientId, scopes } = app.client
  const secret = readSecret(config.secrets, SECRETS.client(app.name)).trim()
  return openNotes({ ...files, origin: app.facts.url, issuer: app.facts.portal, clientId, scopes, secret })
}

async function check(
  port: number,
  notes: string,
  certificate: string,
  secret: string,
  parts: DemoParts,
): Promise<number> {
  const { say, ended } = parts
  let [good, bad] = [0, 0]
  const ca = await readFile(certificate, 'utf8')
  for (const steps of [walk({ port, ca, secret }), walkNotes(notes, ca)])
    for await (const { name, fault } of steps) {
      if (ended.aborted) return 1
      if (fault === undefined) good++
      else bad++
      say(fault === undefined ? `  ok      ${name}` : `  FAILED  ${name}: ${fault}`)
    }
  say(bad === 0 ? `All ${good} checks passed` : `${bad} of ${good + bad} checks failed`)
  return bad === 0 ? 0 : 1
}

function until(ended: AbortSignal): Promise<void> {
  if (ended.aborted) return Promise.resolve()
  return new Promise(resolve => ended.addEventListener('abort', () => resolve(), { once: true }))
}
