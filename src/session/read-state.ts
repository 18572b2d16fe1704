/** Authelia's answers to /api/state and /api/logout, read strictly. Pure. */
import type { Level } from '../types.ts'
import { decodeText, hasControl, mediaType } from './answer-headers.ts'
import type { Answer, Failure } from './exchange.ts'
import { type State, type Unavailable, unavailable } from './verdict.ts'

/** The `data` of `{"status":"OK","data":{…}}`; undefined where the answer is anything else. */
function readData(answer: Answer): Record<string, unknown> | undefined {
  if (answer.status !== 200 || mediaType(answer) !== 'application/json') return undefined
  const text = decodeText(answer.body)
  if (text === undefined) return undefined
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isRecord(json) || json.status !== 'OK') return undefined
  return isRecord(json.data) ? json.data : undefined
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isLevel(value: unknown): value is Level {
  return value === 0 || value === 1 || value === 2
}

/** Who a session is; undefined for nobody. A user without a level, or a level without a user, is garbage. */
export function readState(answer: Answer | Failure): State | undefined | Unavailable {
  if ('failure' in answer) {
    return unavailable(answer.failure === 'unsendable' ? 'garbage' : answer.failure, answer.detail)
  }
  if (answer.status !== 200) return unavailable('status', `status ${answer.status}`, answer.status)
  const data = readData(answer)
  const user = data?.username
  const level = data?.authentication_level
  if (typeof user !== 'string' || !isLevel(level) || hasControl(user)) {
    return unavailable('garbage', "a state that is not Authelia's")
  }
  if (user === '' && level === 0) return undefined
  if (user === '' || level === 0) return unavailable('garbage', 'a level without a user, or the reverse')
  return { user, level }
}

/** Whether Authelia confirmed the sign-out. */
export function readLogout(answer: Answer | Failure): boolean {
  return !('failure' in answer) && readData(answer) !== undefined
}
