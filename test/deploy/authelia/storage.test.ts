import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { freePort } from '../../../src/demo/port.ts'
import { openPostgresServer, withoutPostgres } from '../../support/postgres.ts'
import { find, start, without } from '../../support/programs.ts'
import { at, renderedOf } from './rendered.ts'

const PASSWORD = 'what-authelia-stores-with'

/** A client's answer; secrets by the environment alone. */
function run(program: string, args: readonly string[], env: Readonly<Record<string, string>>, input = '') {
  const { status, stdout, stderr } = spawnSync(find(program) ?? '', args, {
    encoding: 'utf8',
    input,
    env: { ...process.env, ...env },
  })
  return { status, said: stdout.trim(), wrong: stderr }
}

async function openMaria(t: Test): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-mariadb-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  const data = join(folder, 'data')
  const root = process.getuid?.() === 0 ? ['--user=root'] : []
  const made = run(
    'mariadb-install-db',
    [
      '--no-defaults',
      ...root,
      `--datadir=${data}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
    ],
    {},
  )
  if (made.status !== 0) throw new Error(made.wrong)
  const port = await freePort(0)
  const socket = join(folder, 'sock')
  const server = start(t, find('mariadbd') ?? '', [
    '--no-defaults',
    ...root,
    `--datadir=${data}`,
    `--socket=${socket}`,
    `--pid-file=${join(folder, 'pid')}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    '--skip-name-resolve',
  ])
  await server.says(/ready for connections/)
  const sql = `CREATE DATABASE authelia; CREATE USER authelia@'127.0.0.1' IDENTIFIED BY '${PASSWORD}'; GRANT ALL ON authelia.* TO authelia@'127.0.0.1';`
  const filled = run('mariadb', ['--no-defaults', `--socket=${socket}`, '-uroot'], {}, sql)
  if (filled.status !== 0) throw new Error(filled.wrong)
  return port
}

t.test('MariaDB', { skip: without('mariadbd', 'mariadb', 'mariadb-install-db') }, async t => {
  const port = await openMaria(t)
  const { tree } = renderedOf(
    t,
    `{ storage: { mysql: { address: "tcp://127.0.0.1:${port}", password: { file: db } } } }`,
  )
  const mysql = at(tree, 'storage', 'mysql')
  const { hostname, port: own } = new URL(String(mysql.address))
  const args = [
    '--no-defaults',
    '-h',
    hostname,
    '-P',
    own,
    '-u',
    String(mysql.username),
    '-N',
    String(mysql.database),
  ]
  const login = (password: string) =>
    run('mariadb', args, { MYSQL_PWD: password }, 'CREATE TABLE x (a INT); SELECT DATABASE();')
  t.match(login(PASSWORD), { status: 0, said: 'authelia' })
  t.match(login('wrong'), { status: 1, wrong: /Access denied/ })
})

t.test('PostgreSQL', { skip: withoutPostgres() || without('psql') }, async t => {
  const { port, socket } = await openPostgresServer(t, 'scram-sha-256')
  const sql = `CREATE ROLE authelia LOGIN PASSWORD '${PASSWORD}'; CREATE DATABASE authelia OWNER authelia;`
  for (const each of sql.split('; '))
    t.equal(
      run('psql', ['-h', socket, '-p', String(port), '-U', 'app', '-d', 'postgres', '-q'], {}, `${each};`)
        .status,
      0,
    )
  const { tree } = renderedOf(
    t,
    `{ storage: { postgres: { address: "tcp://127.0.0.1:${port}", password: { file: db } } } }`,
  )
  const postgres = at(tree, 'storage', 'postgres')
  const { hostname, port: own } = new URL(String(postgres.address))
  const args = [
    '-h',
    hostname,
    '-p',
    own,
    '-U',
    String(postgres.username),
    '-d',
    String(postgres.database),
    '-At',
    '-q',
    '-w',
  ]
  const login = (password: string) =>
    run(
      'psql',
      args,
      { PGPASSWORD: password, PGSSLMODE: 'disable' },
      'CREATE TABLE x (a INT); SELECT current_database();',
    )
  t.match(login(PASSWORD), { status: 0, said: 'authelia' })
  t.match(login('wrong'), { status: 2, wrong: /password authentication failed/ })
})
