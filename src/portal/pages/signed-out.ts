import { html } from '../../lib/html.ts'
import { button, page } from '../../lib/page.ts'
import type { SignedOutView } from './view.ts'

/** After the sign-out. The link goes to the login page, which judges `rd` before it follows it. */
export function signedOutPage(view: SignedOutView): string {
  const login = view.rd === undefined ? '/' : `/?rd=${encodeURIComponent(view.rd.toWellFormed())}`
  return page({
    title: 'Signed out',
    host: view.host,
    gate: 'shut',
    body: html`<h1>You are signed out</h1>
<p>Your session has ended, for every app behind this gate. Some apps keep a picture of their last page until you close it: on a device that is not yours, close the window.</p>
<div class="actions">${button(login, 'Sign in again')}</div>`,
  })
}
