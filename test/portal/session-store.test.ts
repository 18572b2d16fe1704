import { randomBytes } from 'node:crypto'
import t from 'tap'
import { openSessionStore, sessionId } from '../../src/portal/session-store.ts'
import type { CookieDomain } from '../../src/portal/settings.ts'
import { household } from './house.ts'

const { settings, remove } = household()
t.teardown(remove)
const cookie = settings.cookies[0] as CookieDomain
const login = (user: string, keep = false) => ({ user, level: 1 as const, keep })

t.test("an id has Authelia's alphabet and length, every character of it, and never comes twice", async t => {
  const ids = Array.from({ length: 500 }, () => sessionId(randomBytes))
  for (const id of ids) t.match(id, /^[A-Za-z0-9_!#$%^*-]{32}$/)
  t.equal(new Set(ids).size, 500)
  t.equal(new Set(ids.join('')).size, 70)
  const worst = sessionId(size => new Uint8Array(size).fill(209))
  t.equal(worst, '*'.repeat(32), 'the last fair byte is the last character')
})

t.test('a login has a new id and ends the session before it (session fixation)', async t => {
  const store = openSessionStore(() => 0, randomBytes)
  const first = store.open(cookie, login('alice'), undefined)
  const second = store.open(cookie, login('alice'), first.id)
  t.not(first.id, second.id)
  t.equal(store.find(first.id), undefined)
  t.equal(store.find(second.id), second)
  store.end(second.id)
  t.equal(store.find(second.id), undefined, 'signed out')
  t.equal(store.size, 0)
})

t.test('expiration slides with use, and does not for those who are remembered', async t => {
  let now = 0
  const store = openSessionStore(() => now, randomBytes)
  const short = store.open(cookie, login('alice'), undefined)
  const long = store.open(cookie, login('bob', true), undefined)
  now = cookie.expiration - 1
  store.touch(short, cookie)
  store.touch(long, cookie)
  t.equal(short.expires, now + cookie.expiration)
  t.equal(long.expires, cookie.rememberMe)
  now = short.expires
  t.equal(store.find(short.id), undefined)
  t.equal(store.find(long.id), long)
  now = cookie.rememberMe
  t.equal(store.find(long.id), undefined)
})

t.test('memory is bounded, and nobody pushes another out', async t => {
  const store = openSessionStore(() => 0, randomBytes, 2000)
  const bob = store.open(cookie, login('bob'), undefined)
  for (let i = 0; i < 1500; i++) store.open(cookie, login('mallory'), undefined)
  t.equal(store.size, 501, 'one user has 500 at most')
  t.equal(store.find(bob.id), bob)
  for (let i = 0; i < 3000; i++) store.open(cookie, login(`user${i}`), undefined)
  t.equal(store.size, 2000)
})

for (const id of ['', 'nonsense', '__proto__', 'constructor', 'a'.repeat(100_000)])
  t.test(`no session: ${id.slice(0, 20)}`, async t =>
    t.equal(openSessionStore(() => 0, randomBytes).find(id), undefined),
  )
