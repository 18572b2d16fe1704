import { html } from '../../lib/html.ts'
import { button, name, page } from '../../lib/page.ts'

/** Asks before it signs out: one form, POST /.gatehouse/sign-out. */
export function signOutPage(view: { readonly host: string; readonly user?: string }): string {
  return page({
    title: 'Sign out',
    host: view.host,
    gate: 'open',
    body: html`<h1>Sign out?</h1>
<p>${view.user ? html`You are signed in as <strong>${name(view.user)}</strong>. This` : 'This'} ends your session for every app behind this gate, not only here.</p>
<form class="actions" method="post" action="/.gatehouse/sign-out">
<button>Sign out</button>
<a href="/">Stay signed in</a>
</form>`,
  })
}

/** After the sign-out; `again` is where signing in begins anew: an https address or a path. */
export function signedOutPage(view: { readonly host: string; readonly again: string }): string {
  return page({
    title: 'Signed out',
    host: view.host,
    gate: 'shut',
    body: html`<h1>You are signed out</h1>
<p>Your session has ended, for every app behind this gate. Some apps keep a picture of their last page until you close it: on a device that is not yours, close the window.</p>
<div class="actions">${button(view.again, 'Sign in again') ?? button('/', 'Sign in again')}</div>`,
  })
}
