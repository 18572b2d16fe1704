import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { freePort } from '../../../src/demo/port.ts'
import { find, start, without } from '../../support/programs.ts'
import { at, renderedOf } from './rendered.ts'
import type { Tree } from './schema.ts'

const PASSWORD = 'what-authelia-keeps-sessions-with'
const WATCHWORD = 'what-the-sentinels-want'

interface Login {
  readonly host: string
  readonly port: number
  readonly user?: string
  readonly password: string
}

/** One command; the password comes by the environment, since arguments are for everyone to see. */
function ask({ host, port, user, password }: Login, ...command: readonly string[]): string {
  const who = user === undefined ? [] : ['--user', user]
  const { stdout, stderr } = spawnSync(
    find('redis-cli') ?? '',
    ['-h', host, '-p', String(port), ...who, '--no-auth-warning', ...command],
    { encoding: 'utf8', env: { ...process.env, REDISCLI_AUTH: password } },
  )
  return `${stdout}${stderr}`.trim()
}

function folderOf(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-redis-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

async function openRedis(t: Test): Promise<number> {
  const [folder, port] = [folderOf(t), await freePort(0)]
  const file = join(folder, 'redis.conf')
  const users = ['user default off', `user authelia on >${PASSWORD} ~authelia-session:* +@all`]
  writeFileSync(file, `bind 127.0.0.1\nport ${port}\ndir ${folder}\nsave ""\n${users.join('\n')}\n`, {
    mode: 0o600,
  })
  await start(t, find('redis-server') ?? '', [file]).says(/Ready to accept connections/)
  return port
}

async function openSentinel(t: Test, redis: number): Promise<number> {
  const [folder, port] = [folderOf(t), await freePort(0)]
  const file = join(folder, 'sentinel.conf')
  const watched = [
    `sentinel monitor house 127.0.0.1 ${redis} 1`,
    'sentinel auth-user house authelia',
    `sentinel auth-pass house ${PASSWORD}`,
  ]
  writeFileSync(
    file,
    `bind 127.0.0.1\nport ${port}\ndir ${folder}\nrequirepass ${WATCHWORD}\n${watched.join('\n')}\n`,
    { mode: 0o600 },
  )
  await start(t, find('redis-sentinel') ?? '', [file]).says(/\+monitor master house/)
  return port
}

t.test(
  'Redis takes the rendered user, and nobody else',
  { skip: without('redis-server', 'redis-cli') },
  async t => {
    const port = await openRedis(t)
    const { tree } = renderedOf(
      t,
      `{ redis: { port: ${port}, username: authelia, password: { file: redis }, database: 2 } }`,
    )
    const redis = at(tree, 'session', 'redis')
    const login = { host: String(redis.host), port: Number(redis.port), user: String(redis.username) }
    const right = { ...login, password: PASSWORD }
    t.equal(ask(right, '-n', String(redis.database_index), 'set', 'authelia-session:x', '1'), 'OK')
    t.match(ask({ ...login, password: 'wrong' }, 'ping'), /WRONGPASS|NOAUTH/)
    t.match(ask({ ...right, user: 'default' }, 'ping'), /WRONGPASS|NOAUTH/)
  },
)

t.test(
  'a sentinel says who the master is',
  { skip: without('redis-server', 'redis-sentinel', 'redis-cli') },
  async t => {
    const port = await openRedis(t)
    const sentinel = await openSentinel(t, port)
    const { tree } = renderedOf(
      t,
      `{ redis: { username: authelia, password: { file: redis }, sentinel: { name: house, nodes: ["tcp://127.0.0.1:${sentinel}"], password: { file: sentinel } } } }`,
    )
    const { high_availability, ...redis } = at(tree, 'session', 'redis')
    const { sentinel_name, nodes } = high_availability as { sentinel_name: string; nodes: Tree[] }
    t.equal(nodes.length, 1, 'the sentinel alone, and not the usual address of Redis')
    const node = { host: String(nodes[0]?.host), port: Number(nodes[0]?.port) }
    const where = ask({ ...node, password: WATCHWORD }, 'sentinel', 'get-master-addr-by-name', sentinel_name)
    t.equal(where, `127.0.0.1\n${port}`)
    t.match(ask({ ...node, password: 'wrong' }, 'ping'), /WRONGPASS|NOAUTH/)
    const [host = '', at_ = ''] = where.split('\n')
    t.equal(
      ask({ host, port: Number(at_), user: String(redis.username), password: PASSWORD }, 'ping'),
      'PONG',
    )
  },
)
