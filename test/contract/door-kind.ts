/** What an answer of forward auth means to the proxy and the visitor, whichever program gave it. */
import { type Answered, valuesOf } from './exchange.ts'

export interface Kind {
  readonly kind: 'allow' | 'login' | 'challenge' | 'deny' | 'fault'
  /** Of an allow: user, groups, name and email; empty for nobody. */
  readonly identity?: readonly string[]
  /** Of a login: where it leads back to, without the port, and the loop's marker. */
  readonly back?: string
}

const IDENTITY = ['Remote-User', 'Remote-Groups', 'Remote-Name', 'Remote-Email']

/** The login address of an answer: in its Location, or in the JSON for a script. */
function loginOf(answer: Answered): string | undefined {
  const location = valuesOf(answer.headers, 'Location')[0]
  if (location !== undefined) return location
  if (answer.status !== 401 || !answer.body.startsWith('{')) return undefined
  return (JSON.parse(answer.body) as { login?: string }).login
}

function backOf(login: string): string {
  const back = new URL(login).searchParams.get('rd') ?? login
  return back.replace(/:\d+(?=\/|$)/, '').replace(/[?&]gatehouse_return=[^&]*$/, '')
}

export function kindOf(answer: Answered): Kind {
  if (answer.status === 200) {
    return { kind: 'allow', identity: IDENTITY.map(name => valuesOf(answer.headers, name)[0] ?? '') }
  }
  const login = loginOf(answer)
  if (login !== undefined && [302, 303, 401].includes(answer.status))
    return { kind: 'login', back: backOf(login) }
  if (answer.status === 401) return { kind: 'challenge' }
  return { kind: answer.status === 403 ? 'deny' : 'fault' }
}
