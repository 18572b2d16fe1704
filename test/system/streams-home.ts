/** A home where people watch live streams of every kind, and what ends them. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import type tap from 'tap'
import type { Browser } from '../../src/demo/browser.ts'
import { realRooms } from '../../src/server/real-rooms.ts'
import type { Rooms, RunningPortal } from '../../src/server/rooms.ts'
import type { Clock } from '../../src/types.ts'
import { openGateway } from '../support/gateway.ts'
import { browserIn, type House, logIn, openHouse } from '../support/house.ts'
import { KINDS, type Live, liveApp, watch } from '../support/live.ts'

/** What of a test is used here. */
type Test = Pick<typeof tap, 'ok' | 'notOk' | 'teardown'>

export const RECHECK = 1_000
/** What a busy machine may add to a time, in milliseconds. */
export const SLACK = 500

export function replace(file: string, change: (text: string) => string): void {
  writeFileSync(`${file}.new`, change(readFileSync(file, 'utf8')))
  renameSync(`${file}.new`, file)
}

/** The gateway with the streaming app, alice and bob watching by every kind of stream. */
export async function openHome(
  t: Test,
  {
    clock = Date.now,
    over = {},
    recheck = RECHECK,
  }: { clock?: Clock; over?: Partial<Rooms>; recheck?: number } = {},
) {
  const app = await liveApp(t)
  const streams = (more = '') => `upstream: '${app.origin}', streams: { recheck: ${recheck}ms${more} }`
  const house = await openHouse(t, {
    apps: `  live: { ${streams()}, policy: one_factor }
  quiet: { ${streams(', counts_as_activity: false')}, policy: one_factor }
  family: { ${streams()}, policy: deny, rules: [{ subject: 'group:family', policy: one_factor }] }
  vault: { upstream: '${app.origin}', policy: two_factor }
`,
  })
  let portal: RunningPortal | undefined
  const rooms: Rooms = {
    ...realRooms,
    ...over,
    async openPortal(...args) {
      portal = await realRooms.openPortal(...args)
      return portal
    },
  }
  const gateway = await openGateway(t, house, clock, rooms)
  const [alice, bob] = [browserIn(t, house), browserIn(t, house)]
  await logIn(alice, house, 'alice', house.at('live'))
  await logIn(bob, house, 'bob', house.at('live'))
  return { ...gateway, app, house, alice, bob, portal: () => portal?.browsers ?? '' }
}

export const all = (t: Test, house: House, browser: Browser, where = {}) =>
  Promise.all(KINDS.map(kind => watch(t, house, browser, kind, where)))

/** Each of them is cut no later than `limit` milliseconds from now. */
export async function cutWithin(t: Test, streams: readonly Live[], limit: number, from = performance.now()) {
  for (const { kind, ended } of streams) {
    const took = (await ended) - from
    t.ok(took <= limit + SLACK, `${kind}: cut after ${Math.round(took)} ms`)
  }
}

/** Each of them goes on. */
export async function goOn(t: Test, streams: readonly Live[]) {
  for (const one of streams) {
    await one.more()
    t.notOk(one.over(), `${one.kind} goes on`)
  }
}

export const post = (house: House, browser: Browser, app: string, path: string) => {
  const url = house.at(app, path)
  const headers = { origin: url.origin, 'sec-fetch-site': 'same-origin' }
  return browser.ask(url, { method: 'POST', headers, form: {} })
}

/** Ends a session at the portal, past the gateway. */
export function endAtPortal(socketPath: string, house: House, browser: Browser): Promise<number> {
  const { host, origin } = house.at('auth')
  const cookie = browser.cookiesFor(house.at('auth').hostname) ?? ''
  const headers = { cookie, origin, host, 'x-forwarded-host': host, 'x-forwarded-proto': 'https' }
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, method: 'POST', path: '/api/logout', headers }, answer => {
      answer.resume().once('end', () => resolve(answer.statusCode ?? 0))
    })
    asked.once('error', reject).end('{}')
  })
}
