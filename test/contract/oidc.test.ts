/** The provider answers every recorded exchange of OpenID Connect as Authelia did, but for the exceptions. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { type Exchange, FOLDER } from './exchange.ts'
import { login } from './logins.ts'
import { differencesOf, handedOut } from './oidc-compare.ts'
import { OIDC_EXCEPTIONS, type OidcException } from './oidc-exceptions.ts'
import { openOidcSubject } from './oidc-subject.ts'
import { send } from './raw-client.ts'

const rows = readFileSync(join(FOLDER, 'oidc.jsonl'), 'utf8')
  .split('\n')
  .filter(line => line !== '')
  .map(line => JSON.parse(line) as Exchange)

/** Sessions whose login was not recorded. */
const PREPARED = { 'Wuxy3FFkxO^SBQxURuyPN1z#y4QwHgIS': 'erin', 'yM%TN7hGkaa*Ufo$5kLC$mene4YOxYef': 'frank' }

function replaced(text: string, live: ReadonlyMap<string, string>): string {
  let result = text
  for (const [recorded, now] of live) result = result.replaceAll(recorded, () => now)
  return result
}

/** With what was handed out in the place of what was recorded; the body's length as it is then. */
function asked(request: Exchange['request'], live: ReadonlyMap<string, string>): Exchange['request'] {
  const body = request.body === null ? null : replaced(request.body, live)
  const headers = request.headers.map(([name, value]): readonly [string, string] => {
    const length = name.toLowerCase() === 'content-length' && body !== null
    return [name, length ? String(Buffer.byteLength(body)) : replaced(value, live)]
  })
  return { ...request, path: replaced(request.path, live), headers, body }
}

t.test('every exchange, in the order in which it was recorded', async t => {
  const subject = await openOidcSubject(t.testdir())
  t.teardown(() => subject.close())
  const live = new Map<string, string>()
  for (const [recorded, user] of Object.entries(PREPARED)) {
    const reach = {
      server: subject.server,
      now: Date.now,
      pass: async () => {},
      editUsers: undefined,
      close: async () => {},
    }
    live.set(recorded, await login(reach, user))
  }
  const used = new Set<OidcException>()
  for (const row of rows) {
    const answer = await send(subject.server, asked(row.request, live))
    const now = handedOut(answer)
    for (const [kind, recorded] of handedOut(row.response)) {
      const value = now.get(kind)
      if (value !== undefined) live.set(recorded, value)
    }
    const found = differencesOf(row.response, answer)
    const exception = OIDC_EXCEPTIONS.find(({ names }) => names.includes(row.name))
    const differs = found.map(text => text.slice(0, text.indexOf(':')))
    if (exception === undefined) t.strictSame(found, [], row.name)
    else {
      used.add(exception)
      t.strictSame(differs, exception.differs, `${row.name}: ${exception.reason}\n${found.join('\n')}`)
    }
  }
  t.equal(rows.length, 61)
  t.strictSame(
    OIDC_EXCEPTIONS.filter(exception => !used.has(exception)),
    [],
    'every exception is needed',
  )
})
