/** Real apps that the tests put behind the gateway and that Debian has not, or has old: from PyPI, npm and as Go modules. */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { find } from './programs.ts'

interface TestApp {
  readonly name: string
  readonly version: string
  readonly from: 'pip' | 'npm' | 'go'
  readonly package: string
  /** Packages that its setup sheet adds to it, with their versions. */
  readonly with?: readonly string[]
  /** What is run, below the folder that it is installed in. */
  readonly program: string
}

export const APPS = [
  { name: 'radicale', version: '3.9.0', from: 'pip', package: 'Radicale', program: 'bin/radicale' },
  { name: 'octoprint', version: '1.11.8', from: 'pip', package: 'OctoPrint', program: 'bin/octoprint' },
  { name: 'calibre-web', version: '0.6.27', from: 'pip', package: 'calibreweb', program: 'bin/cps' },
  {
    name: 'node-red',
    version: '4.1.15',
    from: 'npm',
    package: 'node-red',
    with: ['passport-openidconnect@0.1.2'],
    program: 'node_modules/node-red/red.js',
  },
  {
    name: 'miniflux',
    version: '2.2.14',
    from: 'go',
    package: 'miniflux.app/v2',
    program: 'bin/miniflux.app',
  },
] as const satisfies readonly TestApp[]

export type AppName = (typeof APPS)[number]['name']

/** Kept from one run to the next: the version stands in the folder's name. */
const folderOf = ({ name, version }: TestApp): string =>
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'gatehouse-tests', `${name}-${version}`)

/** Written last: an installation that was cut short has none. */
const WHOLE = 'whole'

/** Where an app's program is, or undefined where it is not installed. */
export function findApp(name: AppName): string | undefined {
  const app: TestApp | undefined = APPS.find(one => one.name === name)
  if (app === undefined) return undefined
  const folder = folderOf(app)
  return existsSync(join(folder, WHOLE)) ? join(folder, app.program) : undefined
}

/** Milliseconds for all of them together, so that a slow network cannot eat the time of the tests. */
const PATIENCE = 360_000
let ends = Number.POSITIVE_INFINITY

function run(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}) {
  const left = ends - performance.now()
  if (left <= 0) return Promise.resolve(false)
  return new Promise<boolean>(resolve => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: 'ignore',
      timeout: left,
    })
    child.once('error', () => resolve(false))
    child.once('close', code => resolve(code === 0))
  })
}

const pip = async ({ package: name, version }: TestApp, folder: string): Promise<boolean> =>
  (await run('python3', ['-m', 'venv', folder], folder)) &&
  run(join(folder, 'bin', 'pip'), ['install', '--quiet', '--no-input', `${name}==${version}`], folder)

const npm = ({ package: name, version, with: more = [] }: TestApp, folder: string): Promise<boolean> => {
  const quiet = ['--no-audit', '--no-fund', '--silent']
  return run('npm', ['install', '--prefix', folder, ...quiet, `${name}@${version}`, ...more], folder)
}

/** As a tool of a module of its own, so that the versions of what it needs are those that it was made with. */
const go = async ({ package: name, version }: TestApp, folder: string): Promise<boolean> => {
  writeFileSync(join(folder, 'go.mod'), 'module gatehouse.test\n\ngo 1.24\n')
  const env = { GOBIN: join(folder, 'bin'), GOFLAGS: '-mod=mod' }
  const got = await run('go', ['get', '-tool', `${name}@v${version}`], folder, env)
  return got && run('go', ['install', name], folder, env)
}

const INSTALL = { pip, npm, go } as const
const TOOL = { pip: 'python3', npm: 'npm', go: 'go' } as const

/** Installs what is missing, and names what it leaves out. */
export async function bringApps(say: (line: string) => void): Promise<void> {
  ends = performance.now() + PATIENCE
  for (const app of APPS) {
    if (findApp(app.name) !== undefined) continue
    const tool = TOOL[app.from]
    if (find(tool) === undefined) {
      say(`apps: no ${tool}, so ${app.name} behind the gateway is left out`)
      continue
    }
    say(`apps: installing ${app.package} ${app.version} (${app.from})`)
    const folder = folderOf(app)
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    const done = await INSTALL[app.from](app, folder)
    if (done) writeFileSync(join(folder, WHOLE), '')
    else say(`apps: ${app.package} could not be installed, so ${app.name} behind the gateway is left out`)
  }
}
