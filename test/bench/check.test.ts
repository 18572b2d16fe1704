import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { check } from '../../bench/lib/check.ts'
import { PAGE } from '../../bench/lib/nginx.ts'

const headers = { Host: 'app.example.test', Cookie: 'session=bob' }

async function contender(t: Test, listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return {
    port: (server.address() as AddressInfo).port,
    headers,
    processes: {},
    told: 'Remote-User',
  } as const
}

/** A gate as it should be, or with one thing wrong. */
const gate =
  (
    wrong: { stranger?: number; page?: string; status?: number; forged?: boolean; cookie?: boolean } = {},
  ): RequestListener =>
  (request, response) => {
    const { cookie } = request.headers
    const known = wrong.cookie ? cookie !== undefined : cookie === headers.Cookie
    const told = wrong.forged ? String(request.headers['remote-user']) : 'bob'
    if (!known) response.writeHead(wrong.stranger ?? 302, { location: '/login' }).end()
    else if (request.url === '/told/Remote-User') response.end(told)
    else response.writeHead(wrong.status ?? 200).end(wrong.page ?? PAGE)
  }

t.test('a contender is timed only if it lets the right one in, and nobody else', async t => {
  await t.resolves(check(await contender(t, gate())))
  for (const stranger of [302, 303, 401, 403])
    await t.resolves(check(await contender(t, gate({ stranger }))), String(stranger))
  const bad: [string, RequestListener, RegExp][] = [
    ['lets strangers in', gate({ stranger: 200 }), /a stranger gets 200/],
    ['fails on strangers', gate({ stranger: 500 }), /a stranger gets 500/],
    ['takes any cookie', gate({ cookie: true }), /a stranger gets 200/],
    ['redirects everyone', gate({ status: 302 }), /gets 302 and not the page/],
    ['has another page', gate({ page: 'hello' }), /not the page/],
    ['believes the visitor', gate({ forged: true }), /is told "admin" instead of "bob"/],
  ]
  for (const [name, listener, message] of bad)
    await t.rejects(check(await contender(t, listener)), { message }, name)
})

t.test('where nothing is checked, only the page is', async t => {
  const open = await contender(t, (_, response) => response.end(PAGE))
  await t.resolves(check({ ...open, told: undefined }))
})
