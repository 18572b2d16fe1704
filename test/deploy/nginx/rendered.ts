/** What is rendered for NGINX, on the disk with a certificate, and the real NGINX's word on it. */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import type { Test } from 'tap'
import { openAuthority } from '../../../src/demo/authority.ts'
import { nginxFiles } from '../../../src/deploy/nginx/files.ts'
import type { House, PlannedFile } from '../../../src/deploy/types.ts'
import { find } from '../../support/programs.ts'
import { houseOf } from '../houses.ts'

/** The rendered file of a path below nginx/, or empty. */
export const fileIn = (files: readonly PlannedFile[], path: string): string =>
  files.find(file => file.path === `nginx/${path}`)?.content ?? ''

/** What a gatehouse.yml is rendered to. */
export const renderedOf = (t: Test, yml: string): readonly PlannedFile[] =>
  nginxFiles(houseOf(t, yml, { 'users.yml': 'users: {}\n' }))

/** Writes files below a folder. */
export function writeAll(folder: string, files: readonly PlannedFile[]): void {
  for (const { path, content, mode } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content, { mode })
  }
}

/** A main nginx.conf as Debian's, as far as it matters: what stands in `http {}` around the sites. */
export function mainFile(folder: string, http: string): string {
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    name => `  ${name}_temp_path ${folder}/${name};\n`,
  )
  return `daemon off; pid ${folder}/nginx.pid; error_log stderr notice; worker_processes 1;
${process.getuid?.() === 0 ? 'user root;' : ''}
events { worker_connections 1024; }
http {
  access_log off;
  ssl_protocols TLSv1.2 TLSv1.3;
  ssl_prefer_server_ciphers on;
${places.join('')}
  ${http}
}
`
}

/** Puts a certificate where the house expects its own. @returns the authority's, in PEM */
export async function certify(house: House): Promise<void> {
  const { secrets, domain } = house.config
  const authority = await openAuthority(join(secrets, 'demo'), domain, Date.now())
  mkdirSync(join(secrets, 'certificates'), { recursive: true })
  copyFileSync(authority.leaf, join(secrets, 'certificates', 'site.pem'))
  copyFileSync(authority.leafKey, join(secrets, 'certificates', 'site.key'))
}

/** `nginx -t` on a gatehouse.yml: what it complains of, warnings too; empty where it has nothing to say. */
export async function complaints(t: Test, yml: string, http = 'include SITES;'): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-nginx-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  // Where the house is rendered for the very folder that it stands in, every path that it names is there;
  // certificates of somebody else's are not, so the own ones stand in.
  const made = houseOf(t, yml, { 'users.yml': 'users: {}\n' })
  const { config } = made
  const house = {
    ...made,
    current: join(folder, 'tree'),
    config: {
      ...config,
      deploy: { ...config.deploy, folder: dirname(config.file), certificates: { from: 'own' as const } },
    },
  }
  await certify(house)
  writeAll(house.current, nginxFiles(house))
  const main = join(folder, 'nginx.conf')
  writeFileSync(main, mainFile(folder, http.replace('SITES', `${house.current}/nginx/gatehouse.conf`)))
  const run = spawnSync(find('nginx') ?? 'nginx', ['-t', '-q', '-c', main, '-p', folder, '-e', 'stderr'], {
    encoding: 'utf8',
  })
  return run.stderr + (run.status === 0 || run.stderr !== '' ? '' : 'failed')
}
