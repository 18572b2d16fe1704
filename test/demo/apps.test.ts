import { once } from 'node:events'
import { get } from 'node:http'
import t from 'tap'
import { WebSocket } from 'ws'
import { openApps } from '../../src/demo/apps.ts'

let now = Date.UTC(2026, 0, 1)
// Each picture is drawn a second after the one before, however fast they are asked for.
const apps = await openApps(() => (now += 1000))
t.teardown(() => apps.close())

async function ask(
  port: number,
  path = '/',
  headers: Record<string, string> = {},
): Promise<{ status: number; type: string; text: string }> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers })
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    text: await response.text(),
  }
}

t.test('whoami shows what it received, and nothing in it is HTML', async t => {
  const page = await ask(apps.ports.whoami, '/?<b>', {
    accept: 'text/html',
    'remote-user': 'alice',
    'x-odd': '<script>',
  })
  t.match(page.type, 'text/html')
  t.match(page.text, 'alice')
  t.notMatch(page.text, '<script>')
  t.match(page.text, '&lt;script&gt;')
  const json = await ask(apps.ports.whoami, '/x?y=1', {
    accept: 'application/json',
    'remote-user': 'j\xc3\xbcrgen',
    'remote-groups': 'a,b',
  })
  t.match(JSON.parse(json.text), { user: 'jürgen', groups: ['a', 'b'], method: 'GET', target: '/x?y=1' })
})

t.test('porch: a page, a still, and a stream whose pictures differ', async t => {
  t.match((await ask(apps.ports.porch)).text, '<img src="/stream"')
  t.match(await ask(apps.ports.porch, '/still.jpg'), { status: 200, type: 'image/jpeg' })
  const request = get({ host: '127.0.0.1', port: apps.ports.porch, path: '/stream', agent: false })
  const [response] = await once(request, 'response')
  t.match(response.headers['content-type'], /^multipart\/x-mixed-replace; boundary=/)
  let bytes = Buffer.alloc(0)
  const pictures = new Set<string>()
  for await (const chunk of response) {
    bytes = Buffer.concat([bytes, chunk])
    const head = /Content-Length: (\d+)\r\n\r\n/.exec(bytes.toString('latin1'))
    const from = head === null ? 0 : head.index + head[0].length
    const to = from + Number(head?.[1])
    if (head === null || bytes.length < to) continue
    const picture = bytes.subarray(from, to)
    t.equal(
      picture.toString('hex', 0, 2) + picture.toString('hex', picture.length - 2),
      'ffd8ffd9',
      'a whole JPEG',
    )
    pictures.add(picture.toString('latin1'))
    bytes = bytes.subarray(to)
    if (pictures.size === 3) break
  }
  t.equal(pictures.size, 3)
})

t.test('chat: who comes hears who is there, under the names that the gateway gave', async t => {
  t.match((await ask(apps.ports.chat)).text, '/chat.js')
  t.match((await ask(apps.ports.chat, '/chat.js')).type, 'javascript')
  const join = (user: string): WebSocket =>
    new WebSocket(`ws://127.0.0.1:${apps.ports.chat}/talk`, { headers: { 'remote-user': user } })
  const alice = join('alice')
  await once(alice, 'message')
  const bob = join('bob')
  await once(alice, 'message')
  const heard = once(alice, 'message')
  bob.send('<b>hello</b>')
  t.strictSame(JSON.parse(String((await heard)[0])), { user: 'bob', text: '<b>hello</b>' })
  bob.send('x'.repeat(3000))
  await once(bob, 'close')
  t.equal(alice.readyState, WebSocket.OPEN, 'too long a message ends its sender alone')
  alice.terminate()
})
