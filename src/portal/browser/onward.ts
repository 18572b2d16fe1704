/** Where somebody who is logged in goes next. */
import { outcome } from '../../authz/policy.ts'
import type { Level } from '../../types.ts'
import type { Answer } from '../answer.ts'
import { judgeTarget } from '../api/target-policy.ts'
import type { Live } from '../live-session.ts'
import { DECISION } from '../oidc/paths.ts'
import { homePage } from '../pages/home.ts'
import { noticePage } from '../pages/notice.ts'
import type { User } from '../users-file.ts'
import { here, seeOther, show, type Visit } from './visit.ts'

export type Onward = 'app' | 'second-factor' | 'denied' | 'home'

/** Judged for the request that was sent here and for the GET that the browser will make of it. */
export function onward(visit: Visit, user: User, level: Level): Onward {
  const { core, request, target, method = 'GET' } = visit
  if (target === undefined) return 'home'
  // The portal itself is no app: a return to it would lead round in a circle.
  if (target.host === visit.host) return 'home'
  const asked = outcome(judgeTarget(core, request, user, target, method), level)
  const again = outcome(judgeTarget(core, request, user, target, 'GET'), level)
  if (level < 2 && (asked === 'login' || again === 'login')) return 'second-factor'
  return again === 'allow' ? 'app' : 'denied'
}

const PAGE_FOR = { login: '/', 'second-factor': '/second-factor', consent: DECISION } as const

/** The way to an app that asked by OpenID Connect: a page of ours that is needed still, or back to the request. */
export function goOnErrand(visit: Visit, live: Live, headers: Answer['headers'] = []): Answer | undefined {
  const { errand } = visit
  const oidc = visit.core.oidc()
  if (errand === undefined || oidc === undefined) return undefined
  const missing = oidc.missing(errand, live)
  return seeOther(missing === undefined ? oidc.resume(errand) : here(PAGE_FOR[missing], visit), headers)
}

/** The redirect after a login or a code; a page of our own is asked for anew, so that a reload repeats no form. */
export function goOn(visit: Visit, live: Live, headers: Answer['headers']): Answer {
  const { user, session } = live
  const { level } = session
  const errand = goOnErrand(visit, live, headers)
  if (errand !== undefined) return errand
  const next = onward(visit, user, level)
  if (next === 'app' && visit.target !== undefined) return seeOther(visit.target.href, headers)
  return seeOther(here(next === 'second-factor' ? '/second-factor' : '/', visit), headers)
}

/** Who they are, where they wanted to go, and what they can do; never a redirect, which would come back. */
export function deniedPage(visit: Visit, user: User): Answer {
  const text = `You are signed in as ${user.name}, and ${visit.target?.host ?? 'this'} is not open to you.`
  const body = noticePage({
    title: 'Not for you',
    text,
    status: 403,
    host: visit.host,
    link: { href: '/logout', text: 'Sign in as someone else' },
  })
  return show(visit, 403, body)
}

export function home(visit: Visit, user: User, level: Level): Answer {
  const { core, host } = visit
  const { enrolment } = core.settings().totp
  const enrolled = core.devices().find(user.name) !== undefined
  return show(visit, 200, homePage({ username: user.name, level, enrolled, enrolment, host }))
}
