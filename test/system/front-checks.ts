/** What must hold for people behind any server in front: one table, for each server that docs/proxies has a file for. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { request } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'
import { here } from '../../src/demo/browser.ts'
import { passwordOf } from '../../src/demo/household.ts'
import { type Front, openFront, type Recipe } from '../support/front.ts'
import { logIn } from '../support/house.ts'
import { valuesOf } from '../support/upstream.ts'

type Check = (t: Test, front: Front) => Promise<void>

const XHR = { accept: 'application/json', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }
const basic = (name: string, password: string): string => `Basic ${btoa(`${name}:${password}`)}`

export const CHECKS: Readonly<Record<string, Check>> = {
  'a person logs in and lands on the page asked for, query, port and all': async (t, front) => {
    const browser = front.browser()
    const asked = front.house.at('app', '/a?b=1&c=%2Fd')
    const page = await browser.go(asked)
    t.equal(page.url.host, front.portal)
    const landed = await logIn(browser, front.house, 'bob', asked)
    t.equal(landed.url.href, asked.href)
    t.equal(landed.status, 200)
    t.match(front.upstream.seen.at(-1), { method: 'GET', target: '/a?b=1&c=%2Fd' })
    t.strictSame(front.upstream.last('remote-user'), ['bob'])
    t.strictSame(front.upstream.last('remote-groups'), ['family'])
    t.strictSame(front.upstream.last('remote-name'), ['Bob'])
    t.strictSame(front.upstream.last('remote-email'), ['bob@gatehouse.localhost'])
    t.strictSame(front.upstream.last('x-forwarded-proto'), ['https'])
    t.strictSame(front.upstream.last('host'), [front.house.at('app').host])
  },

  'a post arrives, body and all; without a session it goes to the login and comes back to no form': async (
    t,
    front,
  ) => {
    const url = front.house.at('app', '/form?x=1')
    const own = { origin: url.origin, 'sec-fetch-site': 'same-origin' }
    const bob = await front.signedIn('bob')
    const answer = await bob.ask(url, { method: 'POST', form: { a: 'b c' }, headers: own })
    t.equal(answer.status, 200)
    t.match(front.upstream.seen, [{ method: 'POST', target: '/form?x=1', body: 'a=b+c' }])
    front.upstream.clear()
    const refused = await front.browser().ask(url, { method: 'POST', form: { a: 'b' }, headers: own })
    t.equal(refused.status, 303)
    t.strictSame(front.upstream.seen, [])
  },

  'a script gets 401 and the login in JSON, whatever it asks with': async (t, front) => {
    for (const method of ['GET', 'POST', 'DELETE']) {
      const answer = await front.browser().ask(front.house.at('app', '/api/x'), { method, headers: XHR })
      t.equal(answer.status, 401, method)
      t.match(answer.headers['content-type'], /^application\/json/)
      t.equal(answer.headers.location, undefined)
      t.equal(answer.headers['cache-control'], 'no-store')
      t.equal(new URL((JSON.parse(answer.text) as { login: string }).login).host, front.portal)
    }
  },

  'HEAD is answered as GET is, without a body': async (t, front) => {
    const [nobody, bob] = [front.browser(), await front.signedIn('bob')]
    t.equal((await nobody.ask(front.house.at('app', '/x'), { method: 'HEAD' })).status, 302)
    t.equal((await nobody.ask(front.house.at('app', '/x'), { method: 'HEAD', headers: XHR })).status, 401)
    t.equal((await bob.ask(front.house.at('app', '/x'), { method: 'HEAD' })).status, 200)
  },

  'a WebSocket opens under the right name, and not without one': async (t, front) => {
    const bob = await front.signedIn('bob')
    const cookie = bob.cookiesFor(front.house.at('app').hostname) ?? ''
    const { status, said } = await front.socket('app', { cookie })
    t.equal(status, 101)
    t.match(said, '"said":"hello"')
    t.match(front.upstream.seen, [{ target: '/socket?x=1' }])
    t.strictSame(front.upstream.last('remote-user'), ['bob'])
    t.strictSame(front.upstream.last('cookie').join(''), '', 'no session there either')
    t.equal((await front.socket('app', {})).status, 401)
    t.equal((await front.socket('admin', { cookie })).status, 403)
    t.equal(front.upstream.seen.length, 1)
  },

  'who may not enter gets 403 and a page that says who they are': async (t, front) => {
    const bob = await front.signedIn('bob')
    const asked = front.house.at('admin', '/users?all=1')
    const answer = await bob.go(asked)
    t.equal(answer.status, 403)
    t.equal(answer.url.href, asked.href)
    t.match(answer.headers['content-type'], /^text\/html/)
    t.match(answer.headers['content-security-policy'], /frame-ancestors/)
    t.match(answer.text, 'bob')
    t.equal((await (await front.signedIn('alice')).ask(asked)).status, 200)
  },

  'what the login sets reaches the browser, each cookie on a line of its own': async (t, front) => {
    const answer = await front.browser().ask(front.house.at('app'))
    t.equal(answer.status, 302)
    t.match(answer.headers['set-cookie'], [/^authelia_session=/])
  },

  'signing out ends the session, on every app and at once': async (t, front) => {
    const bob = await front.signedIn('bob')
    const before = bob.cookiesFor(front.house.domain) ?? ''
    const url = front.house.at('app', '/.gatehouse/sign-out')
    t.match((await bob.ask(url)).text, '<form')
    const answer = await bob.go(url, {
      method: 'POST',
      form: {},
      headers: { origin: url.origin, 'sec-fetch-site': 'same-origin' },
    })
    t.equal(answer.status, 200)
    t.equal((await bob.ask(front.house.at('app'))).status, 302)
    const thief = front.browser()
    thief.setCookies(before, front.house.domain)
    t.equal((await thief.ask(front.house.at('tool'))).status, 302)
    t.strictSame(front.upstream.seen, [])
  },

  'Basic: a good one signs in where the app allows it, and stays with the gateway': async (t, front) => {
    const ask = (app: string, authorization: string) =>
      front.browser().ask(front.house.at(app), { headers: { accept: '*/*', authorization } })
    front.upstream.clear()
    t.equal((await ask('tool', basic('bob', passwordOf('bob')))).status, 200)
    t.strictSame(front.upstream.last('remote-user'), ['bob'])
    t.strictSame(front.upstream.last('authorization'), [], "the app does not learn bob's password")
    t.equal((await ask('open', 'Bearer of-the-app')).status, 200)
    t.strictSame(front.upstream.last('authorization'), ['Bearer of-the-app'], "the app's own passes")
  },

  'Basic: a bad one is a 401 that asks again, and no redirect': async (t, front) => {
    front.upstream.clear()
    const headers = { accept: '*/*', authorization: basic('bob', 'wrong') }
    const answer = await front.browser().ask(front.house.at('tool'), { headers })
    t.equal(answer.status, 401)
    t.match(answer.headers['www-authenticate'], /^Basic /)
    t.equal(answer.headers.location, undefined)
    t.strictSame(front.upstream.seen, [])
  },

  'a preflight is answered for the apps, and for no other': async (t, front) => {
    const ask = (origin: string) =>
      front.browser().ask(front.house.at('app'), {
        method: 'OPTIONS',
        headers: { ...XHR, origin, 'access-control-request-method': 'PUT' },
      })
    const own = await ask(front.house.at('open').origin)
    t.equal(own.headers['access-control-allow-origin'], front.house.at('open').origin)
    t.match(own.headers.vary, /Origin/)
    t.equal((await ask('https://evil.example')).headers['access-control-allow-origin'], undefined)
  },
}

const MEGABYTE = Buffer.alloc(1 << 20, 'a')
const UPLOAD = 256

/** An upload, streamed to the app; the gateway hears nothing of a body that goes by. @param through whether the gateway is on its way */
export async function upload(t: Test, recipe: Recipe, through: boolean): Promise<void> {
  let received = 0
  const sink = createServer(async (asked, answer) => {
    for await (const chunk of asked) received += (chunk as Buffer).length
    answer.end(String(valuesOf(asked.rawHeaders, 'remote-user')))
  })
  sink.listen(0, '127.0.0.1')
  await once(sink, 'listening')
  t.teardown(() => {
    sink.close()
    sink.closeAllConnections()
  })
  const front = await openFront(t, recipe, (sink.address() as AddressInfo).port)
  const bob = await front.signedIn('bob')
  const url = front.house.at('app', '/upload')
  const send = async (cookie: string): Promise<{ status: number; text: string }> => {
    const headers = { cookie, origin: url.origin, 'content-length': MEGABYTE.length * UPLOAD }
    const asked = request(url, { method: 'PUT', ca: front.house.ca, lookup: here, headers })
    // A refusal comes in the middle of the body, and the connection may be cut before it is read: status 0.
    let told = false
    const answered = once(asked, 'response').then(
      ([answer]) => {
        told = true
        return answer as IncomingMessage
      },
      () => undefined,
    )
    for (let n = 0; n < UPLOAD && !asked.destroyed && !told; n++)
      if (!asked.write(MEGABYTE)) await Promise.race([once(asked, 'drain').catch(() => {}), answered])
    if (!told) asked.end()
    const answer = await answered
    const chunks: Buffer[] = []
    try {
      for await (const chunk of answer ?? []) chunks.push(chunk as Buffer)
    } catch {}
    asked.destroy()
    return { status: answer?.statusCode ?? 0, text: String(Buffer.concat(chunks)) }
  }
  /** Bytes that the gateway has read so far, its files included. */
  const read = (): number =>
    Number(/rchar: (\d+)/.exec(readFileSync(`/proc/${front.served.program.child.pid}/io`, 'utf8'))?.[1])
  const before = read()
  t.strictSame(await send(bob.cookiesFor(url.hostname) ?? ''), { status: 200, text: 'bob' })
  t.equal(received, MEGABYTE.length * UPLOAD)
  if (!through) t.ok(read() - before < MEGABYTE.length, 'the body went by the gateway')
  received = 0
  t.ok([0, 401].includes((await send('')).status))
  t.equal(received, 0, 'none of it reaches the app unasked')
}
