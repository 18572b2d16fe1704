/** A refusal of every code with every field filled, and the statuses that the door gives them. */
import type { RefusalCode, RefusalView } from '../../src/door/pages/view.ts'

export const STATUS: Readonly<Record<RefusalCode, number>> = {
  'bad-request': 400,
  'no-app': 404,
  denied: 403,
  'cross-site': 403,
  framed: 403,
  'second-factor': 403,
  loop: 403,
  'planted-cookie': 401,
  unavailable: 503,
  busy: 429,
  'upstream-down': 502,
  'upstream-slow': 504,
  'upstream-cut': 502,
  'upstream-certificate': 502,
  'sign-in-frame': 401,
  interstitial: 403,
  'too-large': 431,
  internal: 500,
}

export const CODES = Object.keys(STATUS) as RefusalCode[]

/** Every field filled, as the door fills it. */
export function full(code: RefusalCode): RefusalView & Required<Pick<RefusalView, 'target' | 'login'>> {
  return {
    code,
    status: STATUS[code],
    host: 'cams.example.com',
    app: 'shinobi',
    user: 'bob',
    rule: 'apps.shinobi.rules[0]',
    login: 'https://auth.example.com/?rd=https%3A%2F%2Fcams.example.com%2Flive&rm=GET',
    signOut: '/.gatehouse/sign-out',
    retryAfter: 5,
    detail: 'A reason of its own.',
    id: '01JD7Q4WZ8',
    target: 'https://cams.example.com/live?cam=2&zoom=1',
  }
}

/** Only what must be there. */
export function bare(code: RefusalCode): RefusalView {
  return { code, status: STATUS[code], host: 'cams.example.com', id: '01JD7Q4WZ8' }
}
