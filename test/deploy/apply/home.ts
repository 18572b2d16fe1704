/** A machine of the test's own: an NGINX, its folders, and houses that tell by a marker which one it is. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { carryOut, type Outcome } from '../../../src/deploy/apply/apply.ts'
import { machine } from '../../../src/deploy/apply/machine.ts'
import type { Outside } from '../../../src/deploy/apply/outside.ts'
import { survey, type Wish } from '../../../src/deploy/apply/survey.ts'
import type { Plan, PlannedFile } from '../../../src/deploy/types.ts'
import { find, type Program, start } from '../../support/programs.ts'

interface Teardown {
  teardown(fn: () => unknown): void
}

export interface Home {
  /** All of it is below this. */
  readonly top: string
  /** As `deploy.folder`. */
  readonly folder: string
  readonly main: string
  readonly socket: string
}

const file = (path: string, content: string): PlannedFile => ({ path, content, mode: 0o644, about: 'a test' })

/** The folders and the NGINX of a home; it goes with the test. */
export function openHome(t: Teardown): Home {
  const top = mkdtempSync(join(tmpdir(), 'gatehouse-apply-'))
  t.teardown(() => rmSync(top, { recursive: true, force: true }))
  const home: Home = {
    top,
    folder: join(top, 'etc/gatehouse'),
    main: join(top, 'nginx/nginx.conf'),
    socket: join(top, 'sock'),
  }
  for (const each of ['etc/gatehouse', 'nginx/sites-enabled', 'systemd'])
    mkdirSync(join(top, each), { recursive: true })
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    name => `  ${name}_temp_path ${top}/${name};\n`,
  )
  writeFileSync(
    home.main,
    `daemon off; pid ${top}/nginx.pid; error_log stderr notice; worker_processes 1;
${process.getuid?.() === 0 ? 'user root;' : ''}
events {}
http {
  access_log off;
${places.join('')}  include sites-enabled/*;
}
`,
  )
  const other = `server { listen unix:${home.socket} default_server; return 200 "-"; }\n`
  writeFileSync(join(top, 'nginx/sites-enabled/default'), other)
  return home
}

/**
 * A house whose every file says `marker`: a site by an include, one by a link of the marker's own, so that
 * links come and go from house to house, and one file whose name is the marker's.
 */
export function houseOf(
  home: Home,
  marker: string,
  current: string,
  more: readonly PlannedFile[] = [],
): Plan {
  const site = (host: string): string =>
    `server { listen unix:${home.socket}; server_name ${host}; return 200 "$house ${marker}"; }\n`
  const own = `nginx/own-${marker}.conf`
  return {
    files: [
      file(
        'nginx/gatehouse.conf',
        `map $host $house { default ${marker}; }\ninclude ${current}/nginx/sites/*.conf;\n`,
      ),
      file('nginx/sites/one.conf', site('one')),
      file(`nginx/sites/${marker}.conf`, site(`site-${marker}`)),
      file(own, site(`own-${marker}`)),
      file(
        'systemd/gatehouse.service',
        `# ${marker}\n[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n`,
      ),
      ...more,
    ],
    links: [
      { path: join(home.top, 'systemd/gatehouse.service'), to: 'systemd/gatehouse.service' },
      { path: join(home.top, 'nginx/sites-enabled/gatehouse.conf'), to: 'nginx/gatehouse.conf' },
      { path: join(home.top, `nginx/sites-enabled/own-${marker}.conf`), to: own },
    ],
  }
}

export function wishFor(home: Home, marker: string, more: Partial<Wish> = {}): Wish {
  return {
    folder: home.folder,
    root: '',
    render: current => houseOf(home, marker, current),
    host: 'auth.example.com',
    nginx: home.main,
    ...more,
  }
}

/** The real machine without systemd, whatever runs the tests. */
export function realMachine(): Outside {
  const real = machine({ pid: process.pid, uid: process.getuid?.() ?? -1, env: process.env, clock: Date.now })
  return { ...real, systemd: false }
}

/** The same with no program to be had: quick, where only the files matter. */
export const bareMachine = (): Outside => ({ ...realMachine(), run: async () => undefined })

export function put(wish: Wish, outside: Outside, say: (line: string) => void = () => {}): Promise<Outcome> {
  return carryOut(survey(wish, outside), outside, say)
}

/** Starts the home's NGINX on whatever stands there. */
export async function startNginx(t: Teardown, home: Home): Promise<Program> {
  const nginx = start(t, find('nginx') ?? 'nginx', ['-c', home.main, '-e', 'stderr'])
  await nginx.says(/start worker process /)
  return nginx
}

/** What the home's NGINX answers for every host that any house has: `A A` of house A's, `-` where it has none. */
export async function answers(home: Home, markers: readonly string[]): Promise<Record<string, string>> {
  const hosts = ['one', ...markers.flatMap(marker => [`site-${marker}`, `own-${marker}`])]
  const all = hosts.map(async host => [host, await ask(home, host)] as const)
  return Object.fromEntries(await Promise.all(all))
}

/** What `answers` gives where all of one house stands and nothing of the others; '-' stands for no house. */
export function whole(marker: string, markers: readonly string[]): Record<string, string> {
  const said = marker === '-' ? '-' : `${marker} ${marker}`
  const own = markers.flatMap(each => [
    [`site-${each}`, each === marker ? said : '-'],
    [`own-${each}`, each === marker ? said : '-'],
  ])
  return Object.fromEntries([['one', said], ...own])
}

function ask(home: Home, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const req = request({ socketPath: home.socket, path: '/', headers: { host }, agent: false }, res => {
      let text = ''
      res.setEncoding('utf8').on('data', part => {
        text += part
      })
      res.once('end', () => resolve(text))
    })
    req.once('error', reject)
    req.end()
  })
}
