import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, lstatSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { openListener } from '../../src/server/listener.ts'
import { entryFor, sayingDoor, silent } from './stand-in.ts'

const open = (path: string, mode = 0o660, group?: string) =>
  openListener(
    { unix: path, mode, door: 'proxy', trusted_proxies: [], ...(group !== undefined && { group }) },
    entryFor(sayingDoor(), { unix: true }),
    undefined,
    silent,
  )

/** A socket's path has 107 bytes at most: a folder of its own, wherever the checkout is. */
function shortFolder(t: { teardown(end: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'gh-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const gid = process.getgid?.() ?? 0

t.test('mode and group', async t => {
  const folder = shortFolder(t)
  for (const mode of [0o600, 0o660, 0o666]) {
    const path = join(folder, `${mode}.sock`)
    const listener = await open(path, mode, String(gid))
    t.equal(lstatSync(path).mode & 0o777, mode)
    t.equal(lstatSync(path).gid, gid)
    t.equal(listener.address, `unix:${path}`)
    const req = request({ socketPath: path, path: '/x', agent: false }).end()
    const [res] = await once(req, 'response')
    t.match(res.headers['x-peer'], /"unix":true/)
    res.resume()
    await listener.leave()
    t.notOk(existsSync(path), 'gone with its listener')
  }
})

t.test('what is in the way', async t => {
  const folder = shortFolder(t)
  writeFileSync(join(folder, 'file'), 'precious')
  const path = (name: string) => join(folder, name)

  const running = createServer().listen(path('running'))
  await once(running, 'listening')
  await t.rejects(open(path('running')), { name: 'StartFault', message: /Another program listens/ })
  t.ok(existsSync(path('running')))
  running.close()

  await t.rejects(open(path('file')), { name: 'StartFault', message: /is a file, not a socket/ })
  t.ok(existsSync(path('file')))

  await t.rejects(open(path('none/x.sock')), {
    name: 'StartFault',
    message: /folder of the socket .* does not exist/,
  })
  await t.rejects(open(path('g.sock'), 0o660, 'no-such-group'), {
    name: 'StartFault',
    message: /no group no-such-group/,
  })
  t.notOk(existsSync(path('g.sock')), 'nothing is left behind')
})

t.test('a socket that a dead process left behind', async t => {
  const path = join(shortFolder(t), 'stale.sock')
  // A bound socket whose process died: made by one that is killed before it can unlink it.
  const code = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`
  spawnSync(process.execPath, ['-e', code])
  t.ok(lstatSync(path).isSocket())
  const listener = await open(path)
  t.equal(lstatSync(path).mode & 0o777, 0o660)
  await listener.leave()
})
