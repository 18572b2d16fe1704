/** The real NGINX with the snippets of nginx/, as a person installs them. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { find, type Program, start } from './programs.ts'

const SNIPPETS = join(import.meta.dirname, '..', '..', 'nginx')

interface Teardown {
  teardown(fn: () => unknown): void
}

export interface NginxOptions {
  /** A folder of the test's own. */
  readonly folder: string
  /** The port of the forward-auth door. */
  readonly doorPort: number
  /** What stands in `http {}` behind the snippets: the servers. */
  readonly sites: string
  /** What stands before them. */
  readonly http?: string
  /** Whether gatehouse-cache.conf is linked too. */
  readonly cache?: boolean
}

/** Changes the one place in a file that a person would. */
export function change(file: string, from: string, to: string): void {
  const text = readFileSync(file, 'utf8')
  if (text.split(from).length !== 2) throw new Error(`${file} does not have ${from} once`)
  writeFileSync(file, text.replace(from, to))
}

/** Installs the snippets and writes an nginx.conf around `sites`. @returns its path */
export function installNginx(options: NginxOptions): string {
  const { folder, doorPort, sites, http = '', cache = false } = options
  const snippets = join(folder, 'gatehouse')
  mkdirSync(folder, { recursive: true })
  cpSync(SNIPPETS, snippets, { recursive: true })
  change(join(snippets, 'gatehouse.conf'), '127.0.0.1:9081', `127.0.0.1:${doorPort}`)
  change(join(snippets, 'gatehouse-cache.conf'), '/run/nginx-gatehouse', join(folder, 'cache'))
  const file = join(folder, 'nginx.conf')
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    name => `  ${name}_temp_path ${folder}/${name};\n`,
  )
  writeFileSync(
    file,
    `daemon off; pid ${folder}/nginx.pid; error_log stderr notice; worker_processes 1;
${process.getuid?.() === 0 ? 'user root;' : ''}
events { worker_connections 1024; }
http {
  access_log off;
${places.join('')}${http}
  include gatehouse/gatehouse.conf;
  ${cache ? 'include gatehouse/gatehouse-cache.conf;' : ''}
${sites}
}
`,
  )
  return file
}

const argumentsFor = (file: string, folder: string) => ['-c', file, '-p', folder, '-e', 'stderr']

/** What `nginx -t` says of it. */
export function checkNginx(options: NginxOptions): { good: boolean; said: string } {
  const file = installNginx(options)
  const { status, stderr } = spawnSync(
    find('nginx') ?? 'nginx',
    ['-t', ...argumentsFor(file, options.folder)],
    { encoding: 'utf8' },
  )
  return { good: status === 0, said: stderr }
}

/** Starts it and waits for its worker; it ends with the test. */
export async function startNginx(t: Teardown, options: NginxOptions): Promise<Program> {
  const file = installNginx(options)
  const nginx = start(t, find('nginx') ?? 'nginx', argumentsFor(file, options.folder))
  await nginx.says(/start worker process /)
  return nginx
}
