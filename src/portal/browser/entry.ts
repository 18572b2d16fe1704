/** GET / and POST /login: the name and the password. */
import { loginPage } from '../pages/login.ts'
import { noticePage } from '../pages/notice.ts'
import { writeCookie } from '../session-cookie.ts'
import { signIn } from '../sign-in.ts'
import { deniedPage, goOn, goOnErrand, home, onward } from './onward.ts'
import { carried, here, type Page, seeOther, show } from './visit.ts'

/** The same for a wrong password, an unknown or disabled name and a ban. */
const WRONG =
  'That name and password do not go together, or there were too many attempts. Try again in a while.'

export const entry: Page = visit => {
  const { live, host } = visit
  if (live === undefined) return show(visit, 200, loginPage({ ...carried(visit), host }))
  const { user, session } = live
  const { errand } = visit
  // An app may want the password anew, though somebody is signed in.
  if (errand !== undefined && visit.core.oidc()?.missing(errand, live) === 'login')
    return show(visit, 200, loginPage({ ...carried(visit), host, username: user.name }))
  const next = goOnErrand(visit, live)
  if (next !== undefined) return next
  switch (onward(visit, user, session.level)) {
    case 'app':
      return seeOther(visit.target?.href ?? '/')
    case 'second-factor':
      return seeOther(here('/second-factor', visit))
    case 'denied':
      return deniedPage(visit, user)
    case 'home':
      return home(visit, user, session.level)
  }
}

export const login: Page = async visit => {
  const { core, request, cookie, fields, host } = visit
  const since = core.clock()
  const name = fields.get('username') ?? ''
  const keep = fields.get('remember') === 'on'
  const result = await signIn(core, request, cookie, { name, password: fields.get('password') ?? '', keep })
  await core.settle(since)
  if (result.kind === 'busy') {
    const text = 'Too many people are signing in at this moment. Try again in a few seconds.'
    const page = noticePage({ title: 'Busy', text, status: 503, host })
    return show(visit, 503, page, [['Retry-After', '5']])
  }
  if (result.kind === 'failed') {
    const view = { ...carried(visit), host, username: name, remember: keep, error: WRONG }
    return show(visit, 401, loginPage(view))
  }
  const line = writeCookie(cookie, result.session.id, result.session.expires)
  return goOn(visit, result, [['Set-Cookie', line]])
}
