import { html } from '../../lib/html.ts'
import { name, page } from '../../lib/page.ts'
import { carry, codeField, fault, signOutForm, titled } from './fields.ts'
import { qrCode } from './qr.ts'
import type { EnrolView } from './view.ts'

/**
 * Sets up the authenticator app. Posts token and rd to /enrol. The field takes the focus only after a failed
 * attempt: before, it would scroll past the code that is to be scanned.
 */
export function enrolPage(view: EnrolView): string {
  const { username, error } = view
  const groups = view.secret.replaceAll(/\s/g, '').match(/.{1,4}/gu) ?? []
  const code = qrCode(view.uri, 'QR code for your authenticator app; the same key is written below it')
  return page({
    title: titled('Set up your second factor', error),
    host: view.host,
    gate: 'open',
    body: html`<h1>Set up your second factor</h1>
<p>A password can be guessed or stolen. A code from your own phone as well keeps your account yours, <strong>${name(username)}</strong>.</p>
${fault(error)}<h2>1. Add the account to an authenticator app</h2>
${
  code
    ? html`<p>Open any authenticator app on your phone and scan this:</p>
${code}
<p class="hint" id="by-hand">Or type this key by hand (time-based, six digits):</p>`
    : html`<p id="by-hand">Open any authenticator app and type this key by hand (time-based, six digits):</p>`
}
<p class="secret" role="group" aria-labelledby="by-hand">${groups.map(group => html`<span>${group}</span> `)}</p>
<h2>2. Show that it works</h2>
<form method="post" action="/enrol">
${codeField(error, Boolean(error))}${carry(view)}<button class="full">Turn it on</button>
</form>
<div class="rule">
<p class="small soft">Keep the key to yourself: whoever has it can make your codes.</p>
${signOutForm('Not now: sign out', 'quiet')}
</div>`,
  })
}
