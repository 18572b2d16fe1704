/**
 * Authelia's answer to an authz question, turned into a verdict. Pure. Whatever is not exactly one of the
 * recorded answers is `unavailable`: an error can never become a user, nor open a door for nobody.
 */
import type { Identity } from '../types.ts'
import { cookieLines, headerBytes, headerText, mediaType } from './answer-headers.ts'
import type { Answer, Failure } from './exchange.ts'
import { type Unavailable, unavailable, type Verdict } from './verdict.ts'

/** What the reading of an answer needs to know of its question. */
export interface Asked {
  /** The session cookie's name. */
  readonly cookie: string
  /** Until when an allow is fresh, clock milliseconds. */
  readonly until: number
  readonly authorization: boolean
  /** The question's head in bytes. */
  readonly bytes: number
}

/** Bytes from which on a 431 is the request's fault: Authelia's default buffer is 4096, with room for doubt. */
const LARGE = 3584

/** The verdict that an answer, or its absence, stands for. */
export function readVerdict(answer: Answer | Failure, asked: Asked): Verdict {
  if ('failure' in answer) return readFailure(answer)
  switch (answer.status) {
    case 200:
      return readAllow(answer, asked)
    case 302:
    case 303:
      return readLogin(answer, asked)
    case 401:
      return headerBytes(answer, 'location').length > 0
        ? readLogin(answer, asked)
        : readChallenge(answer, asked)
    case 403:
      return isPage(answer) ? otherStatus(answer) : readDeny(answer)
    case 400:
      return isPage(answer) ? otherStatus(answer) : { kind: 'malformed' }
    case 431:
      return asked.bytes >= LARGE ? { kind: 'malformed', tooLarge: true } : otherStatus(answer)
    default:
      return otherStatus(answer)
  }
}

function readDeny(answer: Answer): Verdict {
  const rule = headerText(answer, 'x-gatehouse-rule')
  return rule === undefined || rule === 'bad' ? { kind: 'deny' } : { kind: 'deny', rule: rule.text }
}

function readFailure(failure: Failure): Verdict {
  // Undici would not send it: a character that no header may hold. Authelia never saw it.
  if (failure.failure === 'unsendable') return { kind: 'malformed' }
  return unavailable(failure.failure, failure.detail)
}

/** Authelia's own 400 and 403 are plain text; a page is some proxy's, which judges nobody. */
function isPage(answer: Answer): boolean {
  return mediaType(answer) === 'text/html'
}

function otherStatus(answer: Answer): Unavailable {
  return unavailable('status', `status ${answer.status}`, answer.status)
}

function garbage(detail: string): Unavailable {
  return unavailable('garbage', detail)
}

const IDENTITY = ['remote-user', 'remote-groups', 'remote-name', 'remote-email'] as const

/** The recorded allow: text/plain, `200 OK`, and all four identity headers or none (CVE-2021-32637, captive portals). */
function readAllow(answer: Answer, asked: Asked): Verdict {
  if (mediaType(answer) !== 'text/plain' || answer.body.toString('latin1') !== '200 OK') {
    return garbage("a 200 that is not Authelia's")
  }
  for (const name of ['location', 'www-authenticate']) {
    if (headerBytes(answer, name).length > 0) return garbage(`a 200 with ${name}`)
  }
  const texts: string[] = []
  for (const name of IDENTITY) {
    const header = headerText(answer, name)
    if (header === 'bad') return garbage(`${name} is doubled or damaged`)
    if (header !== undefined) texts.push(header.text)
  }
  if (texts.length === 0) return { kind: 'allow', identity: undefined, until: asked.until }
  const [user, groups, name, email] = texts
  if (user === undefined || groups === undefined || name === undefined || email === undefined) {
    return garbage('some identity headers without the others')
  }
  if (user === '') {
    if (texts.some(text => text !== '')) return garbage('groups, name or email without a user')
    return { kind: 'allow', identity: undefined, until: asked.until }
  }
  const identity: Identity = { user, groups: readGroups(groups), name, email }
  return { kind: 'allow', identity, until: asked.until }
}

/** Authelia joins with `,` and escapes nothing: a comma in a group's name makes two groups, for every reader. */
function readGroups(joined: string): string[] {
  return joined.split(',').filter(group => group !== '')
}

/** The login address itself is ours to make; this one only has to look like Authelia's, with its `rd`. */
function readLogin(answer: Answer, asked: Asked): Verdict {
  const location = headerText(answer, 'location')
  if (location === undefined || location === 'bad' || !URL.canParse(location.text)) {
    return garbage('a redirect to nowhere')
  }
  const url = new URL(location.text)
  if (url.protocol !== 'https:' || !url.searchParams.has('rd')) return garbage('a redirect that is no login')
  return { kind: 'login', cookies: cookieLines(answer, asked.cookie) }
}

/** A challenge that nobody asked for is some other server's: relayed, it would ask visitors for their password. */
function readChallenge(answer: Answer, asked: Asked): Verdict {
  if (headerBytes(answer, 'www-authenticate').length === 0) return garbage('a 401 without a login')
  return asked.authorization ? { kind: 'challenge' } : garbage('a challenge to nobody')
}
