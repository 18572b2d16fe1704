/** A PostgreSQL of the test's own, on loopback, gone with the test. */
import { spawnSync } from 'node:child_process'
import { chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { freePort } from '../../src/demo/port.ts'
import { find, start } from './programs.ts'

interface Teardown {
  teardown(fn: () => unknown): void
}

/** PostgreSQL does not run as root: then it is the user that its package made, by setpriv (util-linux). */
function others(): { readonly before: readonly string[]; readonly uid: number; readonly gid: number } {
  const id = (flag: string): number =>
    Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout)
  if (process.getuid?.() !== 0)
    return { before: [], uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
  const [uid, gid] = [id('-u'), id('-g')]
  return { before: ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'], uid, gid }
}

/** For tap's `skip`. */
export const withoutPostgres = (): string | false =>
  find('postgres') === undefined || find('initdb') === undefined ? 'no PostgreSQL on this machine' : false

/** @returns the address of an empty database, whose only user `app` needs no password */
export async function openPostgres(t: Teardown): Promise<string> {
  const { port } = await openPostgresServer(t, 'trust')
  return `postgres://app@127.0.0.1:${port}/postgres?sslmode=disable`
}

/** A server whose user `app` may do all by its socket, and whom it believes by the network as told. */
export async function openPostgresServer(
  t: Teardown,
  network: 'trust' | 'scram-sha-256',
): Promise<{ readonly port: number; readonly socket: string }> {
  const { before, uid, gid } = others()
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-postgres-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  const data = join(folder, 'data')
  mkdirSync(data, { mode: 0o700 })
  for (const each of [folder, data]) chownSync(each, uid, gid)
  const [command = '', ...args] = [
    ...before,
    find('initdb') ?? '',
    '-D',
    data,
    '--auth-local=trust',
    `--auth-host=${network}`,
    '-U',
    'app',
    '-N',
  ]
  const made = spawnSync(command, args, { encoding: 'utf8' })
  if (made.status !== 0) throw new Error(made.stderr)
  const port = await freePort(0)
  const set = ['-k', folder, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', 'fsync=off']
  const [program = '', ...rest] = [...before, find('postgres') ?? '', '-D', data, ...set]
  const server = start(t, program, rest)
  await server.says(/ready to accept connections/)
  return { port, socket: folder }
}
