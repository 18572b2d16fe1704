/** The page after a sign-out, the same at the gate and at the portal. */
import { html } from './html.ts'
import { button, page } from './page.ts'

/** `again` is where signing in begins anew: an https address or a path; any other falls back to `/`. */
export function signedOutPage(view: { readonly host: string | undefined; readonly again: string }): string {
  return page({
    title: 'Signed out',
    host: view.host,
    gate: 'shut',
    body: html`<h1>You are signed out</h1>
<p>Your session has ended, for every app behind this gate. Some apps keep a picture of their last page until you close it: on a device that is not yours, close the window.</p>
<div class="actions">${button(view.again, 'Sign in again') ?? button('/', 'Sign in again')}</div>`,
  })
}
