/** Many users at once over pooled connections (tinyauth CVE-2026-33544): nobody ever gets another's identity. */
import { Agent, request } from 'node:http'
import t from 'tap'
import { passwordOf } from '../../src/demo/household.ts'
import { settle } from '../support/gate.ts'
import { openGateway } from '../support/gateway.ts'
import { browserIn, openHouse } from '../support/house.ts'
import { recordingUpstream } from '../support/upstream.ts'

const USERS = Array.from({ length: 20 }, (_, i) => `user${i}`)
const REQUESTS = 20_000
const AT_ONCE = 48
const FACES = ['Remote-User', 'Remote-Groups', 'Remote-Email', 'Remote-Name'] as const

interface Visitor {
  readonly name: string
  readonly cookie: string | undefined
  readonly expected: string
}

t.test('tinyauth CVE-2026-33544: 20 users, strangers among them, in 20,000 requests', async t => {
  const app = await recordingUpstream(t, (request, response) => {
    const told = FACES.map(name => request.headersDistinct[name.toLowerCase()]?.join('|') ?? 'none')
    response.end(`${request.url} ${told.join(';')} ${request.headers['x-who']}`)
  })
  const house = await openHouse(t, {
    // Kept so shortly that most of the run asks anew, with equal questions in flight together.
    portal: '  verdict_ttl: 50ms\n  timeout: 20s\n',
    apps: `  app: { upstream: '${app.origin}', policy: one_factor }\n  open: { upstream: '${app.origin}', policy: bypass }\n`,
  })
  settle(house, USERS)
  const { plainPort } = await openGateway(t, house)

  const visitors: Visitor[] = [{ name: 'stranger', cookie: undefined, expected: 'none;none;none;none' }]
  const logIn = async (name: string): Promise<Visitor> => {
    const browser = browserIn(t, house)
    const page = await browser.go(house.at('app'))
    const landed = await browser.submit(page, { username: name, password: passwordOf('bob') })
    t.equal(landed.status, 200, `${name} is in`)
    const cookie = browser.cookiesFor('app.gatehouse.localhost')
    return { name, cookie, expected: `${name};of-${name};${name}@example.com;The ${name}` }
  }
  visitors.push(...(await Promise.all(USERS.map(logIn))))
  t.equal(new Set(visitors.map(({ cookie }) => cookie)).size, USERS.length + 1, 'sessions of their own')
  app.clear()

  // One agent for all of them, as a server in front of the gateway has: users share its connections.
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
  t.teardown(() => agent.destroy())
  const ask = (to: string, path: string, { name, cookie }: Visitor) =>
    new Promise<{ status: number; text: string; port: number }>((resolve, reject) => {
      const asked = request(
        {
          agent,
          host: '127.0.0.1',
          port: plainPort,
          path,
          headers: {
            host: house.at(to).host,
            'x-forwarded-proto': 'https',
            'x-who': name,
            ...(cookie !== undefined && { cookie }),
          },
        },
        response => {
          let text = ''
          const port = response.socket.localPort ?? 0
          response.setEncoding('utf8').on('data', part => {
            text += part
          })
          response.once('end', () => resolve({ status: response.statusCode ?? 0, text, port }))
          response.once('error', reject)
        },
      )
      asked.once('error', reject)
      asked.end()
    })

  const wrong: string[] = []
  const served = new Map<number, Set<string>>()
  const counts = { known: 0, strangers: 0 }
  let next = 0
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (next < REQUESTS) {
        const n = next++
        // No multiple of the users in step with the connections: everybody comes over every one of them.
        const visitor = visitors[(n * 8 + (n >> 5)) % visitors.length]
        if (visitor === undefined) throw new RangeError('no visitor')
        const to = n % 3 === 0 ? 'open' : 'app'
        // Some addresses are the same for all, as a front page is.
        const path = n % 2 === 0 ? '/' : `/own/${n}`
        const { status, text, port } = await ask(to, path, visitor)
        const among = served.get(port) ?? new Set()
        served.set(port, among.add(visitor.name))
        const locked = visitor.cookie === undefined && to === 'app'
        if (locked) {
          counts.strangers++
          if (status !== 401) wrong.push(`a stranger got ${status}: ${text}`)
          continue
        }
        counts.known++
        if (status !== 200 || text !== `${path} ${visitor.expected} ${visitor.name}`)
          wrong.push(`${visitor.name} at ${to}${path} got ${status}: ${text}`)
      }
    }),
  )
  t.strictSame(wrong.slice(0, 5), [], 'everybody was themselves')
  t.equal(counts.known + counts.strangers, REQUESTS)
  t.ok(counts.strangers > 100, 'strangers came')
  t.equal(app.seen.length, counts.known, 'the app saw each once, and of strangers what is open')
  t.ok(
    [...served.values()].some(names => names.size > USERS.length / 2),
    'connections were shared',
  )
})
