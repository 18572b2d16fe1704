/** /logout: the session ends by a form of ours alone, since a link from anywhere could end it by GET. */
import { signedOutPage } from '../pages/signed-out.ts'
import { forgetCookie } from '../session-cookie.ts'
import { signOut } from '../sign-in.ts'
import { home } from './onward.ts'
import { carried, type Page, show } from './visit.ts'

export const askToLeave: Page = visit => {
  const { live, host } = visit
  if (live !== undefined) return home(visit, live.user, live.session.level)
  return show(visit, 200, signedOutPage({ ...carried(visit), host }))
}

export const leave: Page = visit => {
  const { core, request, cookie, live, host } = visit
  if (live !== undefined) signOut(core, request, live.session)
  return show(visit, 200, signedOutPage({ ...carried(visit), host }), [['Set-Cookie', forgetCookie(cookie)]])
}
