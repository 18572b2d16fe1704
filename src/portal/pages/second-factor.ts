import { html } from '../../lib/html.ts'
import { name, page } from '../../lib/page.ts'
import { carry, codeField, fault, signOutForm, titled } from './fields.ts'
import type { SecondFactorView } from './view.ts'

/** The code of the authenticator app. Posts token, rd and rm to /second-factor. */
export function secondFactorPage(view: SecondFactorView): string {
  const { username, error, asking } = view
  return page({
    title: titled('Second factor', error),
    host: view.host,
    gate: 'open',
    body: html`<h1>One more step</h1>
<p>Your password was right, <strong>${name(username)}</strong>. ${
      asking === undefined
        ? 'Now prove that you hold your phone too.'
        : html`To open <strong>${name(asking)}</strong>, prove that you hold your phone too.`
    }</p>
${fault(error)}<form method="post" action="/second-factor">
${codeField(error, true)}${carry(view)}<button class="full">Continue</button>
</form>
<details>
<summary>The code is not accepted, or the device is lost</summary>
<p>The code changes every thirty seconds, and each works once: wait for the next one. If none works, let your phone set its clock by itself, because the code is made from the time.</p>
<p>If the device is gone, ask whoever runs this to let you set up a new one.</p>
</details>
<div class="rule">${signOutForm('Sign in as someone else', 'quiet')}</div>`,
  })
}
