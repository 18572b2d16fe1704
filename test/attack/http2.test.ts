/** HTTP/2 says the same things in another way: pseudo-headers, a Host beside them, extended CONNECT. */
import { once } from 'node:events'
import { connect, type OutgoingHttpHeaders } from 'node:http2'
import t from 'tap'
import { cgiValues } from '../support/upstream.ts'
import { openHome } from './home.ts'

t.test('over HTTP/2 the app sees ours alone, and one host is judged', async t => {
  const { app, house, session } = await openHome(t)
  const client = connect(`https://127.0.0.1:${house.tlsPort}`, {
    ca: house.ca,
    servername: 'app.gatehouse.localhost',
  })
  t.teardown(() => client.destroy())
  const authority = (name: string) => `${name}.gatehouse.localhost:${house.publicPort}`
  const ask = async (headers: OutgoingHttpHeaders): Promise<number> => {
    const stream = client.request(headers)
    stream.on('error', () => {})
    stream.resume()
    const [answer] = await Promise.race([
      once(stream, 'response'),
      once(stream, 'close').then(() => [{ ':status': 0 }]),
    ])
    return Number(answer[':status'])
  }
  const cookie = `authelia_session=${session}`
  const forged = {
    'remote-user': 'root',
    remote_user: 'root',
    'remote.user': 'root',
    'remote-groups': 'admins',
  }

  t.equal(await ask({ ':path': '/', ':authority': authority('app'), cookie, ...forged }), 200)
  t.strictSame(cgiValues(app.seen.at(-1)?.rawHeaders ?? [], 'Remote-User'), ['bob'])
  t.strictSame(cgiValues(app.seen.at(-1)?.rawHeaders ?? [], 'Remote-Groups'), ['family'])
  t.strictSame(cgiValues(app.seen.at(-1)?.rawHeaders ?? [], 'Cookie'), [])

  app.clear()
  for (const [what, headers, expected] of [
    ['nobody', { ':authority': authority('app'), ...forged }, 401],
    ['two hosts', { ':authority': authority('open'), host: authority('app'), cookie }, 400],
    ['two hosts, the other way', { ':authority': authority('app'), host: authority('open'), cookie }, 400],
    ['no such app', { ':authority': authority('none'), cookie }, 404],
    [
      'a sibling’s post',
      { ':authority': authority('app'), ':method': 'POST', cookie, origin: house.at('evil').origin },
      403,
    ],
  ] as const) {
    t.equal(await ask({ ':path': '/', ...headers }), expected, what)
  }
  t.not(await ask({ ':method': 'CONNECT', ':authority': authority('app') }), 200, 'CONNECT')
  t.strictSame(app.seen, [])
})
