/**
 * One stranger's guesses keep nobody else from signing in ("anyone could lock anyone out": Authelia
 * CVE-2026-47203, tinyauth CVE-2026-77561). Passwords are checked two at a time, so that whoever sends many
 * at once, each under another name, could hold all places in the line.
 */
import { pbkdf2Sync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openGateway } from '../support/gateway.ts'
import { openHouse } from '../support/house.ts'
import { bytes, openRaw } from '../support/raw.ts'

const ROUNDS = 100_000
const base64 = (data: Buffer | string) =>
  Buffer.from(data).toString('base64').replaceAll('+', '.').replace(/=+$/, '')

/** As slow as a real one. */
function digest(password: string): string {
  const key = pbkdf2Sync(password, 'pepper-and-salt', ROUNDS, 64, 'sha512')
  return `$pbkdf2-sha512$${ROUNDS}$${base64('pepper-and-salt')}$${base64(key)}`
}

t.test('a crowd of guesses from one address', async t => {
  const house = await openHouse(t, { apps: `  app: { upstream: 'http://127.0.0.1:9' }\n` })
  writeFileSync(
    join(house.folder, 'users_database.yml'),
    `users:\n  bob:\n    displayname: Bob\n    password: '${digest('bob-password')}'\n    email: bob@gatehouse.localhost\n`,
  )
  const { plainPort } = await openGateway(t, house)
  const signIn = async (from: string, username: string) => {
    const connection = await openRaw(plainPort)
    t.teardown(() => connection.destroy())
    const body = JSON.stringify({ username, password: `${username}-password` })
    connection.write(
      bytes(
        'POST /api/firstfactor',
        [
          ['Host', house.at('auth').host],
          ['X-Forwarded-Proto', 'https'],
          ['X-Forwarded-For', from],
          ['Content-Type', 'application/json'],
          ['Content-Length', String(body.length)],
        ],
        body,
      ),
    )
    return (await connection.answer()).status
  }
  const guesses = Array.from({ length: 230 }, (_, n) => signIn('203.0.113.66', `guess${n}`))
  const turnedAway = guesses.map(async guess => ((await guess) === 503 ? 503 : Promise.reject(new Error())))
  t.equal(await Promise.any(turnedAway), 503, 'a crowd is turned away in the end')
  t.equal(await signIn('192.0.2.5', 'bob'), 200, 'bob is not')
})
