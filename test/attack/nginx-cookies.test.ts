/**
 * What NGINX's snippets make of a Cookie header: one session is told from planted ones, the app sees
 * neither, and where the patterns cannot be sure, nobody is known (the cookie that keys the cache is the
 * very one that the question is asked with).
 */
import { once } from 'node:events'
import { connect } from 'node:http2'
import t from 'tap'
import { cookiesForApp } from '../../src/authz/strip.ts'
import { eachCookie } from '../../src/lib/cookies.ts'
import { sessionCookie } from '../../src/session/cookie.ts'
import { type NginxStub, one, openNginxStub } from '../support/nginx-stub.ts'
import { without } from '../support/programs.ts'
import { bytes, openRaw, type RawConnection } from '../support/raw.ts'

const skip = without('nginx')
const NAME = 'authelia_session'
const S = 'abc%DEF!#$^*-_09'
const HOST = ['Host', 'stub.example.com'] as const

/** Whether `part` is `whole` with some left out. */
function isWithin(part: readonly string[], whole: readonly string[]): boolean {
  let at = 0
  for (const one of whole) if (one === part[at]) at++
  return at === part.length
}

/** Sends a request with these Cookie headers, and gives what the door and the app were sent of them. */
async function through(stub: NginxStub, connection: RawConnection, ...cookies: string[]) {
  stub.door.clear()
  stub.app.clear()
  connection.write(bytes('GET /', [HOST, ...cookies.map(value => ['Cookie', value] as const)]))
  const { status } = await connection.answer()
  return { status, asked: one(stub.questions()[0], 'cookie'), app: one(stub.app.seen[0], 'cookie') }
}

t.test('a Cookie header on its way to the door and to the app', { skip }, async t => {
  const stub = await openNginxStub(t)
  const connection = await openRaw(stub.port)
  t.teardown(connection.destroy)
  const WHOLE = 'whole'
  const cases: readonly (readonly [cookie: string, asked: string, app: string])[] = [
    ['', 'none', 'none'],
    ['a=1', 'none', 'a=1'],
    [`${NAME}=${S}`, `${NAME}=${S}`, 'none'],
    [`a=1; ${NAME}=${S}; b="x y"`, `${NAME}=${S}`, 'a=1; b="x y"'],
    [`a=1;${NAME}=${S};b=2`, `${NAME}=${S}`, 'a=1;b=2'],
    [`${NAME}=${S}; a=1`, `${NAME}=${S}`, 'a=1'],
    [`a=1; ${NAME}=${S}`, `${NAME}=${S}`, 'a=1'],
    // Two of them: whichever is taken, the other may be the visitor's.
    [`${NAME}=${S}; ${NAME}=planted`, WHOLE, 'none'],
    [`${NAME}=${S}; a=1; ${NAME}=${S}`, WHOLE, 'a=1'],
    [`AUTHELIA_SESSION=planted; a=1; ${NAME}=${S}`, WHOLE, 'a=1'],
    [`${NAME}=${S}; b=2; Authelia_Session=planted`, WHOLE, 'b=2'],
    [`${NAME}=${S}; ${NAME} =planted`, WHOLE, 'none'],
    [`=${NAME}=planted; ${NAME}=${S}; c=3`, WHOLE, 'c=3'],
    [`${NAME}=; ${NAME}=${S}`, WHOLE, 'none'],
    // None that is one.
    [`AUTHELIA_SESSION=${S}; a=1`, WHOLE, 'a=1'],
    [`${NAME} =${S}; a=1`, WHOLE, 'a=1'],
    [`${NAME}= ${S}; a=1`, WHOLE, 'a=1'],
    [`${NAME}="${S}"; a=1`, WHOLE, 'a=1'],
    [`${NAME}=; a=1`, WHOLE, 'a=1'],
    [`${NAME}; a=1`, WHOLE, 'a=1'],
    [`=${NAME}; a=1`, WHOLE, 'a=1'],
    [`${NAME}=a,b; a=1`, WHOLE, 'a=1'],
    [`${NAME}=a b; a=1`, WHOLE, 'a=1'],
    [`${NAME}=\u00e9; a=1`, WHOLE, 'a=1'],
    [`${NAME}=${'x'.repeat(257)}; a=1`, WHOLE, 'a=1'],
    [`a=1, ${NAME}=${S}`, WHOLE, 'none'],
    // Names that only look like it are the app's.
    [`x${NAME}=1; ${NAME}2=2; ${NAME}=${S}`, `${NAME}=${S}`, `x${NAME}=1; ${NAME}2=2`],
    [`a=${NAME}; ${NAME}=${S}`, `${NAME}=${S}`, `a=${NAME}`],
    [`a=${NAME}=1; ${NAME}=${S}`, `${NAME}=${S}`, `a=${NAME}=1`],
    // The gateway's own.
    [`__Host-gatehouse_owner=x; ${NAME}=${S}; a=1`, `${NAME}=${S}`, 'a=1'],
    [`a=1; __HOST-GATEHOUSE=x; __host-gatehouse_b=y`, 'none', 'a=1'],
    // More than the patterns take out: no cookies at all.
    [`a=1${`; ${NAME}=${S}`.repeat(3)}`, WHOLE, 'a=1'],
    [`a=1${`; ${NAME}=${S}`.repeat(4)}`, WHOLE, 'none'],
  ]
  for (const [cookie, asked, app] of cases) {
    const seen = await through(stub, connection, ...(cookie === '' ? [] : [cookie]))
    const right = { status: 200, asked: asked === WHOLE ? cookie : asked, app }
    t.strictSame(seen, right, JSON.stringify(cookie.slice(0, 100)))
  }
  t.strictSame(
    await through(stub, connection, `a=1; ${NAME}=${S}`, `${NAME}=planted; b=2`),
    { status: 200, asked: `a=1; ${NAME}=${S}; ${NAME}=planted; b=2`, app: 'a=1; b=2' },
    'two headers are one',
  )
  connection.write(bytes('GET /', [HOST, ['Cookie', `${NAME}=a\0b`]]))
  t.equal((await connection.answer()).status, 400, 'a null byte ends at NGINX')
})

t.test(
  '16 KB of other cookies, with a session and without, and a hostile heap of them',
  { skip },
  async t => {
    const stub = await openNginxStub(t)
    const connection = await openRaw(stub.port)
    t.teardown(connection.destroy)
    const many = Array.from({ length: 160 }, (_, n) => `c${n}=${'v'.repeat(96)}`).join('; ')
    t.ok(many.length > 16_000)
    t.strictSame(await through(stub, connection, `${many}; ${NAME}=${S}`), {
      status: 200,
      asked: `${NAME}=${S}`,
      app: many,
    })
    t.strictSame(await through(stub, connection, many), { status: 200, asked: 'none', app: many })
    for (const heap of [
      '; '.repeat(8000),
      `=${NAME}; `.repeat(800),
      `${NAME}`.repeat(1000),
      ';=\t'.repeat(5000),
    ]) {
      const from = performance.now()
      const seen = await through(stub, connection, `${heap}; ${NAME}=${S}`)
      t.ok(performance.now() - from < 500, 'no pattern runs away')
      t.notMatch(seen.app, S)
      t.equal(seen.status, 200)
    }
  },
)

t.test('cookies that HTTP/2 splits', { skip }, async t => {
  const stub = await openNginxStub(t)
  const client = connect(`http://127.0.0.1:${stub.port2}`)
  t.teardown(() => client.close())
  const ask = async (...cookie: string[]) => {
    stub.door.clear()
    const stream = client.request({ ':path': '/', ':authority': 'stub.example.com', cookie })
    stream.resume()
    await once(stream, 'end')
    return { asked: one(stub.questions()[0], 'cookie'), app: one(stub.app.seen.at(-1), 'cookie') }
  }
  t.strictSame(await ask('a=1', `${NAME}=${S}`, 'b=2'), { asked: `${NAME}=${S}`, app: 'a=1; b=2' })
  t.strictSame(await ask(`${NAME}=${S}`, `${NAME}=planted`), {
    asked: `${NAME}=${S}; ${NAME}=planted`,
    app: 'none',
  })
})

t.test(
  'random headers: never another session than the gateway reads, never one of ours at the app',
  { skip },
  async t => {
    const stub = await openNginxStub(t)
    const connection = await openRaw(stub.port)
    t.teardown(connection.destroy)
    const parts = [
      `; ${NAME}=${S}; `,
      '; a=1; ',
      '; b2=x; ',
      NAME,
      NAME,
      NAME.toUpperCase(),
      '__Host-gatehouse_owner',
      'a',
      'b2',
      '=',
      '=',
      '=',
      ';',
      '; ',
      '; ',
      ' ',
      ',',
      '"',
      S,
      'x',
      '\t',
      '\u00e9',
    ]
    let seed = 42
    const random = (below: number): number => {
      seed = (seed * 1103515245 + 12345) % 2147483648
      return Math.floor((seed / 2147483648) * below)
    }
    const pairs = (header: string): string[] => {
      const all: string[] = []
      eachCookie(header, (_name, _value, pair) => all.push(pair))
      return all
    }
    const count = { known: 0, withheld: 0, cleaned: 0 }
    const wrong: string[] = []
    for (let n = 0; n < 1200; n++) {
      const cookie = Array.from({ length: 1 + random(14) }, () => parts[random(parts.length)])
        .join('')
        .trim()
      if (cookie === '') continue
      const seen = await through(stub, connection, cookie)
      const asked = seen.asked === 'none' ? '' : seen.asked
      const read = sessionCookie(cookie, NAME)
      // A question that is not the whole header is the session that the gateway itself reads in the whole.
      if (asked !== '' && asked !== cookie) {
        count.known++
        if (read.kind !== 'one' || asked !== `${NAME}=${read.value}`) wrong.push(`${cookie} asked ${asked}`)
      }
      if (asked === '' && read.kind !== 'none') wrong.push(`${cookie} asked nothing`)
      const right = pairs(cookiesForApp(cookie, NAME) ?? '')
      const app = seen.app === 'none' ? [] : pairs(seen.app)
      // All that is not ours, or less where the patterns cannot be sure; in its order, and never more.
      if (!isWithin(app, right)) wrong.push(`${cookie} gave ${seen.app}`)
      else if (app.length < right.length) count.withheld++
      else if (right.length > 0 && right.length < pairs(cookie).length) count.cleaned++
    }
    t.strictSame(wrong.slice(0, 5), [])
    t.ok(count.known > 20 && count.cleaned > 100, 'both were tried')
    t.ok(count.withheld < 150, 'what is withheld is rare')
    t.comment(JSON.stringify(count))
  },
)
