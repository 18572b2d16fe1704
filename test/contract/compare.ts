/** How an answer differs from the recorded one, in words; nothing where it does not. */
import { type Answered, type Exchange, type Headers, valuesOf } from './exchange.ts'

/** Compared value for value, absence included. */
const HEADERS = [
  'Location',
  'Remote-User',
  'Remote-Groups',
  'Remote-Name',
  'Remote-Email',
  'WWW-Authenticate',
  'Allow',
] as const

const MINUTE = 60_000

/** How long a cookie lives, since the recorded times are of another day. */
function life(expires: number, now: number): string {
  const left = expires - now
  if (left < 20 * MINUTE) return 'at once'
  if (left < 120 * MINUTE) return 'an hour'
  return left > 25 * 24 * 60 * MINUTE ? 'a month' : `${Math.round(left / MINUTE)} minutes`
}

/** A Set-Cookie line with its value told as `same` as the request's, `new` or `empty`, and its end as a span. */
function cookie(line: string, sent: Headers, now: number): string {
  const [pair = '', ...attributes] = line.split('; ')
  const at = pair.indexOf('=')
  const value = pair.slice(at + 1)
  const asked = valuesOf(sent, 'Cookie').join('; ')
  // A placeholder stands for the very value that Authelia gave back.
  const same = asked.includes(`${pair.slice(0, at)}=${value}`) || asked.includes('{')
  const id = value === '' ? 'empty' : same ? 'same' : 'new'
  const said = attributes.map(attribute => {
    const [name = '', text = ''] = attribute.split('=')
    return name === 'expires' ? `expires in ${life(Date.parse(text), now)}` : attribute
  })
  return [`${pair.slice(0, at)}=(${id})`, ...said].join('; ')
}

function bodyOf(answer: Answered): string {
  const type = valuesOf(answer.headers, 'Content-Type')[0] ?? ''
  if (type.startsWith('text/html') && !answer.body.startsWith('<a ')) return ''
  return answer.body
}

export interface Played {
  readonly sent: Headers
  readonly answer: Answered
  readonly now: number
}

/** @param recordedAt when the recording was made  @returns `status`, `Location`, `Set-Cookie`, `body` and what they are */
export function differences(recorded: Exchange, recordedAt: number, played: Played): string[] {
  const { response, request } = recorded
  const { answer } = played
  const found: string[] = []
  const check = (what: string, was: string, is: string) => {
    if (was !== is) found.push(`${what}: ${is}, recorded ${was}`)
  }
  check('status', String(response.status), String(answer.status))
  for (const name of HEADERS) {
    check(name, valuesOf(response.headers, name).join(' | '), valuesOf(answer.headers, name).join(' | '))
  }
  const line = (headers: Headers, sent: Headers, now: number) =>
    valuesOf(headers, 'Set-Cookie')
      .map(value => cookie(value, sent, now))
      .join(' | ')
  check(
    'Set-Cookie',
    line(response.headers, request.headers, recordedAt),
    line(answer.headers, played.sent, played.now),
  )
  check('body', bodyOf(response), bodyOf(answer))
  return found
}
