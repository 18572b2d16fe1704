/** `gatehouse demo --once`: walks a login through every app, as its visitors and as those who may not. */
import { once } from 'node:events'
import { WebSocket } from 'ws'
import { Browser, formOf, here } from './browser.ts'
import { authenticator, DOMAIN, PEOPLE, passwordOf } from './household.ts'

interface Site {
  readonly port: number
  /** The authority to trust, in PEM. */
  readonly ca: string
  /** Alice's TOTP secret, in base32. */
  readonly secret: string
}

export interface Step {
  readonly name: string
  /** What went wrong; undefined where all is well. */
  readonly fault: string | undefined
}

function must(good: boolean, else_: string): void {
  if (!good) throw new Error(else_)
}

/** What a whoami page says in JSON. */
interface Received {
  readonly user: string
  readonly groups: readonly string[]
  readonly headers: readonly (readonly [string, string])[]
}

/** Spellings of a forged identity; a CGI-style app would read each as Remote-User. */
const FORGED = {
  'Remote-User': 'mallory',
  'Remote-Groups': 'admins',
  REMOTE_USER: 'mallory',
  'remote.user': 'mallory',
}

const WAIT = 5000
function within<T>(promise: Promise<T>, what: string): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`${what}: nothing within ${WAIT / 1000} s`)), WAIT)
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

/** Walks, one step after the other; each tells its result as it ends. */
export async function* walk(site: Site): AsyncGenerator<Step> {
  const at = (app: string, path = '/'): URL => new URL(path, `https://${app}.${DOMAIN}:${site.port}`)
  const visitors: Browser[] = []
  const browser = (): Browser => {
    const fresh = new Browser(site.ca)
    visitors.push(fresh)
    return fresh
  }
  async function login(who: Browser, name: string, url: URL) {
    const page = await who.go(url)
    must(page.url.host === at('auth').host, `${url.href} led to ${page.url.href} and not to the portal`)
    return who.submit(page, { username: name, password: passwordOf(name) })
  }
  async function received(who: Browser, url: URL): Promise<Received> {
    const answer = await who.ask(url, { headers: { accept: 'application/json', ...FORGED } })
    must(answer.status === 200, `${url.href} answered ${answer.status}`)
    const json = JSON.parse(answer.text) as Received
    must(!JSON.stringify(json.headers).includes('mallory'), 'a forged header reached the app')
    return json
  }
  async function say(who: Browser, text: string): Promise<string> {
    const cookie = who.cookiesFor(at('chat').hostname)
    const socket = new WebSocket(`wss://${at('chat').host}/talk`, {
      ca: site.ca,
      lookup: here,
      origin: at('chat').origin,
      headers: { ...FORGED, ...(cookie === undefined ? {} : { cookie }) },
    })
    try {
      await within(once(socket, 'open'), 'the chat')
      const said = Promise.withResolvers<string>()
      socket.on('message', data => {
        const line = JSON.parse(String(data)) as { user: string; text: string }
        if (line.text === text) said.resolve(line.user)
      })
      socket.send(text)
      return await within(said.promise, 'the chat')
    } finally {
      socket.terminate()
    }
  }
  /** The number of pictures that differ, of the first few of the stream. */
  async function pictures(who: Browser): Promise<number> {
    const stream = await who.open(at('porch', '/stream'), {
      headers: { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' },
    })
    must(stream.statusCode === 200, `the stream answered ${stream.statusCode}`)
    const seen = new Set<string>()
    const read = async (): Promise<void> => {
      let held = Buffer.alloc(0)
      for await (const chunk of stream) {
        held = Buffer.concat([held, chunk as Buffer])
        const [from, to] = [
          held.indexOf('\xff\xd8\xff', 0, 'latin1'),
          held.indexOf('\xff\xd9\r\n--', 0, 'latin1'),
        ]
        if (from < 0 || to < 0) continue
        seen.add(held.subarray(from, to).toString('latin1'))
        held = held.subarray(to + 2)
        if (seen.size === 3) return
      }
    }
    try {
      await within(read(), 'the stream')
    } finally {
      stream.destroy()
    }
    return seen.size
  }

  const [nobody, alice, bob] = [browser(), browser(), browser()]
  const asked = at('porch', '/?camera=front&night=1')
  let before = ''
  const steps: readonly (readonly [string, () => Promise<void>])[] = [
    [
      'public is open to everybody, and a forged Remote-User does not arrive',
      async () => {
        must((await received(nobody, at('public'))).user === '', 'the app was told a user')
      },
    ],
    [
      'whoami asks strangers to log in: a page by redirect, a script by 401',
      async () => {
        const page = await nobody.go(at('whoami'))
        must(page.status === 200 && formOf(page, 'password') !== undefined, `${page.url.href}: no login page`)
        const api = await nobody.ask(at('whoami'), {
          headers: { accept: 'application/json', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' },
        })
        must(api.status === 401, `a script got ${api.status}`)
      },
    ],
    ...PEOPLE.filter(({ name }) => name !== 'alice').map(
      ({ name, groups }) =>
        [
          `${name} logs in to whoami, which learns who it is`,
          async () => {
            const who = name === 'bob' ? bob : browser()
            const url = at('whoami', `/?from=${name}`)
            const page = await login(who, name, url)
            must(
              page.status === 200 && page.url.href === url.href,
              `ended at ${page.url.href} (${page.status})`,
            )
            const got = await received(who, at('whoami'))
            must(
              got.user === name && got.groups.join() === groups.join(),
              `whoami saw ${got.user} of ${got.groups.join()}`,
            )
          },
        ] as const,
    ),
    [
      'bob talks in chat over a WebSocket, under his own name',
      async () => {
        const user = await say(bob, 'hello from bob')
        must(user === 'bob', `the chat saw ${user}`)
      },
    ],
    [
      'bob may not enter admin: 403, and no redirect',
      async () => {
        const answer = await bob.ask(at('admin'))
        must(answer.status === 403 && answer.text.includes('bob'), `admin answered ${answer.status}`)
      },
    ],
    [
      'bob has no second factor, so porch stays shut',
      async () => {
        const answer = await bob.ask(at('porch', '/still.jpg'), {
          headers: { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' },
        })
        must(answer.status === 401 || answer.status === 403, `porch answered ${answer.status}`)
      },
    ],
    [
      'alice logs in to porch with password and TOTP, and lands on the page that she asked for',
      async () => {
        const page = await login(alice, 'alice', asked)
        const token = authenticator(site.secret).generate()
        const landed = await alice.submit(page, { token })
        must(
          landed.status === 200 && landed.url.href === asked.href,
          `ended at ${landed.url.href} (${landed.status})`,
        )
      },
    ],
    [
      "the porch's picture moves",
      async () => {
        must((await pictures(alice)) === 3, 'the same picture again and again')
      },
    ],
    [
      'alice, an admin, enters admin',
      async () => {
        const got = await received(alice, at('admin'))
        must(
          got.user === 'alice' && got.groups.includes('admins'),
          `admin saw ${got.user} of ${got.groups.join()}`,
        )
      },
    ],
    [
      'alice signs out',
      async () => {
        before = alice.cookiesFor(DOMAIN) ?? ''
        const url = at('porch', '/.gatehouse/sign-out')
        const answer = await alice.go(url, {
          method: 'POST',
          form: {},
          headers: { origin: url.origin, 'sec-fetch-site': 'same-origin' },
        })
        must(answer.status === 200, `the sign-out answered ${answer.status}`)
      },
    ],
    [
      'and has to log in again; her old cookie opens nothing',
      async () => {
        must(formOf(await alice.go(asked), 'password') !== undefined, 'no login page')
        const thief = browser()
        must(before !== '', 'there was no session')
        thief.setCookies(before, DOMAIN)
        must(
          formOf(await thief.go(at('whoami')), 'password') !== undefined,
          'the old cookie still opens whoami',
        )
      },
    ],
  ]
  try {
    for (const [name, run] of steps)
      yield {
        name,
        fault: await run().then(
          () => undefined,
          (error: unknown) => String(error instanceof Error ? error.message : error),
        ),
      }
  } finally {
    for (const visitor of visitors) visitor.close()
  }
}
