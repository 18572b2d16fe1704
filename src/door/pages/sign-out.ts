import { html } from '../../lib/html.ts'
import { name, page } from '../../lib/page.ts'

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
