import { lstatSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { raw } from '../../support/raw.ts'
import { openCrewHome } from './crew-home.ts'

t.test('connections reach every worker, behind one port and one unix socket', async t => {
  const home = await openCrewHome(t, {
    workers: 3,
    listen: '  - { unix: gate.sock, mode: "0600" }\n',
    portal: '  verdict_ttl: 0s\n',
  })
  const { gatehouse, connections, log, house, head, ask, cookieOf } = home
  t.equal(gatehouse.workers, 3)
  const served = await connections()
  t.strictSame([...served.keys()].sort(), [1, 2, 3])
  const said = log.filter(({ message }) => message === 'listening').map(({ fields }) => fields.address)
  t.strictSame(said, gatehouse.addresses, 'each address is said once')

  const socket = join(house.folder, 'gate.sock')
  t.equal(lstatSync(socket).mode & 0o777, 0o600)
  const workers = new Set<unknown>()
  for (let n = 0; workers.size < 2 && n < 200; n++) {
    t.equal((await raw(socket, head(`GET /unix-${n}`, 'app', 'none=1'))).status, 401)
    workers.add((await home.logged('refused', ({ path }) => path === `/unix-${n}`)).worker)
  }
  t.equal(workers.size, 2, 'not one alone')

  writeFileSync(house.file, readFileSync(house.file, 'utf8').replace('one_factor', 'two_factor'))
  t.equal(await gatehouse.reload(), true)
  const alice = await cookieOf('alice')
  for (const connection of [...served.values()].flat())
    t.equal(await ask(connection, alice), 200, 'a second factor given to one worker counts in all')

  t.equal(await gatehouse.stop(1_000), undefined)
  t.throws(() => lstatSync(socket), { code: 'ENOENT' }, 'the file of the socket is gone')
})

t.test('a sign-out is one in every worker before it is answered', async t => {
  const { connections, cookieOf, head, ask, house } = await openCrewHome(t)
  for (const [what, host, path, requests] of [
    ['at the app', 'app', '/.gatehouse/sign-out', 1_000],
    ["by the portal's own page", 'auth', '/logout', 100],
    ["by the portal's API", 'auth', '/api/logout', 100],
  ] as const) {
    const cookie = await cookieOf('bob')
    const all = [...(await connections()).values()].flat()
    for (const connection of all) t.equal(await ask(connection, cookie, '/kept'), 200)
    const type = path === '/api/logout' ? 'application/json' : 'application/x-www-form-urlencoded'
    all[0]?.write(
      head(`POST ${path}`, host, cookie, [
        ['Origin', house.at(host).origin],
        ['Sec-Fetch-Site', 'same-origin'],
        ['Content-Type', type],
        ['Content-Length', '0'],
      ]),
    )
    const answer = await all[0]?.answer()
    t.ok(answer && answer.status < 400, `${what}: ${answer?.status}`)

    // All at once, so that every worker is asked as soon as it can be.
    const passed = await Promise.all(
      all.map(async connection => {
        let count = 0
        for (let n = 0; n < requests / all.length; n++)
          // On a machine that is too busy one may have been killed for being late: it passes nobody either.
          if ((await ask(connection, cookie, '/kept').catch(() => 0)) === 200) count++
        return count
      }),
    )
    t.equal(Math.max(...passed), 0, `${what}: nobody passes any more`)
  }
})
