/** ingress-nginx#811: an upload of 2 GB passes the proxy door as it comes; the gateway holds next to nothing of it. */
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import process from 'node:process'
import t from 'tap'
import { browserIn, logIn, openHouse, serve } from '../support/house.ts'
import { bytes, openRaw } from '../support/raw.ts'

const SIZE = 2 * 1024 ** 3
const PIECE = Buffer.alloc(1024 ** 2, 'gatehouse')
// What was read and not yet swept: tens of megabytes on a busy machine, whatever the size of the body.
const MOST_GROWTH = 96 * 1024 ** 2

/** A process's resident memory, in bytes: now, or the most since it was last asked to forget. */
function resident(pid: number, which: 'VmRSS' | 'VmHWM'): number {
  const found = new RegExp(`^${which}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(found?.[1]) * 1024
}

const skip = process.platform !== 'linux' && 'the memory of another process is read from /proc'

// Seconds by itself; a busy machine takes its time.
t.setTimeout(300_000)

t.test('2 GB, streamed, in bounded memory', { skip }, async t => {
  let taken = 0
  const app = createServer((request, response) => {
    request.on('data', (piece: Buffer) => {
      taken += piece.length
    })
    request.on('end', () => response.end(`${taken}`))
  }).listen(0, '127.0.0.1')
  t.teardown(() => {
    app.close()
    app.closeAllConnections()
  })
  await once(app, 'listening')
  const { port } = app.address() as AddressInfo
  const house = await openHouse(t, { apps: `  app: { upstream: 'http://127.0.0.1:${port}' }\n` })
  const { program, plainPort } = await serve(t, house)
  const browser = browserIn(t, house)
  await logIn(browser, house, 'bob', house.at('app'))
  const pid = program.child.pid ?? 0

  const connection = await openRaw(plainPort)
  t.teardown(() => connection.destroy())
  const upload = async (size: number) => {
    taken = 0
    connection.write(
      bytes('POST /upload', [
        ['Host', house.at('app').host],
        ['X-Forwarded-Proto', 'https'],
        ['Cookie', browser.cookiesFor(house.at('auth').hostname) ?? ''],
        ['Content-Length', `${size}`],
      ]),
    )
    const answer = connection.answer()
    for (let sent = 0; sent < size; sent += PIECE.length)
      if (!connection.socket.write(PIECE)) await once(connection.socket, 'drain')
    return answer
  }

  t.equal((await upload(128 * PIECE.length)).status, 200, 'a small one first: what any upload takes')
  const before = resident(pid, 'VmRSS')
  writeFileSync(`/proc/${pid}/clear_refs`, '5') // proc(5): VmHWM begins anew
  const { status, body } = await upload(SIZE)
  t.strictSame([status, body], [200, `${SIZE}`], 'every byte arrived')
  const growth = resident(pid, 'VmHWM') - before
  t.ok(growth < MOST_GROWTH, `grew by ${Math.round(growth / 1024 ** 2)} MB at the most`)
})
