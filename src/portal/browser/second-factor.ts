/** /second-factor: the code of the authenticator app, after the password. */
import { noticePage } from '../pages/notice.ts'
import { secondFactorPage } from '../pages/second-factor.ts'
import { writeCookie } from '../session-cookie.ts'
import { signInFurther } from '../sign-in.ts'
import { goOn } from './onward.ts'
import { carried, here, type Page, seeOther, show } from './visit.ts'

const WRONG = 'That code is wrong, was used already, or there were too many attempts. Wait for the next one.'

export const askCode: Page = visit => {
  const { core, live, host } = visit
  if (live === undefined) return seeOther(here('/', visit))
  const { user, session } = live
  if (session.level === 2) return goOn(visit, live, [])
  if (core.devices().find(user.name) !== undefined) {
    return show(visit, 200, secondFactorPage({ ...carried(visit), host, username: user.name }))
  }
  if (core.settings().totp.enrolment === 'open') return seeOther(here('/enrol', visit))
  const text = `${carried(visit).asking ?? 'This app'} asks for a second factor, and ${user.name} has none yet. Ask whoever runs this to set one up with you.`
  return show(visit, 403, noticePage({ title: 'A second factor is needed', text, status: 403, host }))
}

export const takeCode: Page = async visit => {
  const { core, request, cookie, live, fields, host } = visit
  if (live === undefined) return seeOther(here('/', visit))
  const { user, session } = live
  if (session.level === 2) return goOn(visit, live, [])
  // People type the code as it is shown: 123 456.
  const code = (fields.get('token') ?? '').replace(/\s/g, '')
  const raised = await signInFurther(core, request, cookie, live, code)
  if (raised === undefined) {
    const view = { ...carried(visit), host, username: user.name, error: WRONG }
    return show(visit, 403, secondFactorPage(view))
  }
  const line = writeCookie(cookie, raised.id, raised.expires)
  return goOn(visit, { user, session: raised }, [['Set-Cookie', line]])
}
