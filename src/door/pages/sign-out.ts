import { document, html } from '../../lib/html.ts'

/** Asks before it signs out: one form, POST /.gatehouse/sign-out. */
export function signOutPage(view: { readonly host: string; readonly user?: string }): string {
  return document({
    title: `Sign out – ${view.host}`,
    body: html`<main><h1>Sign out?</h1><form method="post" action="/.gatehouse/sign-out"><button>Sign out</button></form></main>`,
  })
}

/** After the sign-out; `again` is where signing in begins anew: an https address or a path. */
export function signedOutPage(view: { readonly host: string; readonly again: string }): string {
  return document({
    title: `Signed out – ${view.host}`,
    body: html`<main><h1>You are signed out</h1></main>`,
  })
}
