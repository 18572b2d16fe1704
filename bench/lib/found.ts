/** The real programs that are measured beside Gatehouse, and how to get those that are missing. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { bringPrograms, find } from '../../scripts/programs.ts'
import type { Stage } from './stage.ts'
import type { Found } from './types.ts'

interface GoProgram {
  readonly name: string
  readonly path: string
  readonly version: string
}

/** No Debian package (oauth2-proxy), or an old one (Caddy): built by Go's own client, pinned. */
const GO_PROGRAMS: readonly GoProgram[] = [
  { name: 'oauth2-proxy', path: 'github.com/oauth2-proxy/oauth2-proxy/v7', version: 'v7.15.4' },
  { name: 'caddy', path: 'github.com/caddyserver/caddy/v2/cmd/caddy', version: 'v2.11.9' },
]

/** Kept between runs; `npm ci` clears it. */
const KEPT = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'gatehouse-bench')

function run(file: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  return new Promise(resolve => {
    const child = spawn(file, args, { cwd, env, stdio: ['ignore', 'ignore', 'ignore'] })
    const end = () => child.kill('SIGTERM')
    process.once('exit', end)
    child.once('error', () => resolve(false))
    child.once('close', code => {
      process.off('exit', end)
      resolve(code === 0)
    })
  })
}

/** Builds a program in a scratch module, which is how Go installs what has `replace` lines of its own. */
async function build(stage: Stage, { name, path, version }: GoProgram): Promise<string | undefined> {
  const file = join(KEPT, `${name}-${version}`, name)
  if (existsSync(file)) return file
  const go = find('go') ?? (existsSync('/usr/local/go/bin/go') ? '/usr/local/go/bin/go' : undefined)
  if (go === undefined) return undefined
  const folder = stage.folder('go')
  const bin = join(KEPT, `${name}-${version}`)
  try {
    mkdirSync(bin, { recursive: true })
  } catch {
    return undefined // not ours to write in
  }
  const env = { ...process.env, GOBIN: bin, GOFLAGS: '-mod=mod' }
  const done =
    (await run(go, ['mod', 'init', 'scratch'], folder, env)) &&
    (await run(go, ['get', '-tool', `${path}@${version}`], folder, env)) &&
    (await run(go, ['install', path], folder, env))
  return done && existsSync(file) ? file : undefined
}

/** A program's own words about its version. */
export function versionIn(said: string): string {
  return /\d+\.\d+(?:\.\d+)?/.exec(said)?.[0] ?? 'unknown'
}

function versionOf(file: string, args: readonly string[]): string {
  const { stdout, stderr } = spawnSync(file, args, { encoding: 'utf8', timeout: 10_000 })
  return versionIn(`${stdout ?? ''}${stderr ?? ''}`)
}

/** Installs and builds what is missing where it may, and finds all that is here. */
export async function findPrograms(stage: Stage, say: (line: string) => void): Promise<Map<string, Found>> {
  await bringPrograms(say, [
    { name: 'wrk', package: 'wrk', shows: 'everything: it makes the load' },
    { name: 'nginx', package: 'nginx-light', shows: 'everything: it is the measure, and the app' },
  ])
  const found = new Map<string, Found>()
  for (const [name, flag] of [
    ['wrk', '--version'],
    ['nginx', '-v'],
    ['authelia', '--version'],
    ['caddy', 'version'],
    ['oauth2-proxy', '--version'],
  ] as const) {
    const program = GO_PROGRAMS.find(one => one.name === name)
    if (program !== undefined) say(`looking for ${name} ${program.version} (the first time, Go builds it)`)
    // What Go has built from a module's source does not know its own version.
    const built = program && (await build(stage, program))
    const file = built ?? find(name)
    if (program !== undefined && built !== undefined)
      found.set(name, { file: built, version: program.version.slice(1) })
    else if (file !== undefined) found.set(name, { file, version: versionOf(file, [flag]) })
  }
  return found
}
