/** The real programs that the tests run, and how to get them: Debian's packages, where we may install them. */
import { spawn } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'

export interface Program {
  readonly name: string
  /** Debian's package. */
  readonly package: string
  /** What the tests use it for. */
  readonly shows: string
}

const PROGRAMS: readonly Program[] = [
  { name: 'chromium', package: 'chromium', shows: 'the demo in a real browser' },
  { name: 'nginx', package: 'nginx-light', shows: 'both doors behind NGINX, and the snippets of nginx/' },
  { name: 'caddy', package: 'caddy', shows: 'the forward-auth door behind Caddy' },
  { name: 'haproxy', package: 'haproxy', shows: 'both doors behind HAProxy' },
  { name: 'motion', package: 'motion', shows: 'a real webcam server behind the gate' },
  { name: 'ffmpeg', package: 'ffmpeg', shows: "the film that motion's camera shows" },
  { name: 'apache2', package: 'libapache2-mod-auth-openidc', shows: 'an app that logs in by OpenID Connect' },
  { name: 'shellcheck', package: 'shellcheck', shows: 'the install scripts, looked through' },
  { name: 'systemd-analyze', package: 'systemd', shows: 'the units, read and rated by systemd itself' },
  { name: 'openssl', package: 'openssl', shows: "certificates, and the demo's checked by another program" },
  { name: 'curl', package: 'curl', shows: 'a client other than ours' },
  { name: 'radicale', package: 'radicale', shows: 'a real calendar server behind the gate' },
  { name: 'postgres', package: 'postgresql', shows: 'Miniflux behind the gate' },
  {
    name: 'slapd',
    package: 'slapd',
    shows: 'users and groups of a real directory, found by the rendered filters and by the doctor',
  },
  { name: 'mariadbd', package: 'mariadb-server', shows: 'the rendered MariaDB settings' },
  { name: 'redis-server', package: 'redis-server', shows: 'the rendered Redis settings' },
  { name: 'redis-sentinel', package: 'redis-sentinel', shows: 'the rendered Redis Sentinel settings' },
  { name: 'aiosmtpd', package: 'python3-aiosmtpd', shows: 'mail with the rendered settings' },
  { name: 'certutil', package: 'libnss3-tools', shows: 'the own authority in a Chromium that trusts it' },
  { name: 'php', package: 'php-cli', shows: 'the own authority as PHP takes it' },
]

/** Debian keeps each version of PostgreSQL in a folder of its own. */
function postgres(): string[] {
  const root = '/usr/lib/postgresql'
  return existsSync(root) ? readdirSync(root).map(version => join(root, version, 'bin')) : []
}

/** Where a program is, or undefined. sbin too: Debian keeps nginx there, which is not in every PATH. */
export function find(name: string): string | undefined {
  const folders = [
    ...(process.env.PATH ?? '').split(':'),
    '/usr/sbin',
    '/usr/bin',
    '/usr/local/sbin',
    '/usr/local/bin',
    ...postgres(),
  ]
  return folders.map(folder => join(folder, name)).find(file => existsSync(file))
}

function apt(args: readonly string[]): Promise<boolean> {
  return new Promise(resolve => {
    const child = spawn('apt-get', args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
    child.once('error', () => resolve(false))
    child.once('close', code => resolve(code === 0))
  })
}

/** Debian's own way to say that a package must not start its service: we want the program, not a server on port 80. */
const POLICY = '/usr/sbin/policy-rc.d'

async function install(packages: readonly string[]): Promise<boolean> {
  const quiet = !existsSync(POLICY)
  if (quiet) {
    writeFileSync(POLICY, '#!/bin/sh\nexit 101\n')
    chmodSync(POLICY, 0o755)
  }
  try {
    const ask = ['install', '-y', '-q', '--no-install-recommends', ...packages]
    return (await apt(ask)) || ((await apt(['update', '-q'])) && (await apt(ask)))
  } finally {
    if (quiet) rmSync(POLICY, { force: true })
  }
}

/** Installs what is missing where it may (root, on Debian), and names what it leaves out where it may not. */
export async function bringPrograms(
  say: (line: string) => void,
  programs: readonly Program[] = PROGRAMS,
): Promise<void> {
  const missing = (): readonly Program[] => programs.filter(program => find(program.name) === undefined)
  const wanted = missing()
  if (wanted.length === 0) return say(`programs: ${programs.map(({ name }) => name).join(', ')} are here`)
  const packages = wanted.map(program => program.package)
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version')) {
    say(`programs: installing ${packages.join(', ')} with apt-get`)
    if (!(await install(packages))) say('programs: apt-get failed')
  }
  const left = missing()
  for (const program of left) say(`programs: no ${program.name}, so this is left out: ${program.shows}`)
  if (left.length > 0)
    say(`programs: to have it all: sudo apt-get install ${left.map(p => p.package).join(' ')}`)
}
