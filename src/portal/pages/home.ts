import { type Html, html } from '../../lib/html.ts'
import { button, name, page } from '../../lib/page.ts'
import { signOutForm } from './fields.ts'
import type { HomeView } from './view.ts'

/** Who is signed in and how well, and what can be done about it. */
export function homePage(view: HomeView): string {
  return page({
    title: 'Signed in',
    host: view.host,
    gate: 'open',
    body: html`<h1>You are signed in</h1>
<p>You can open your apps now. This page can be closed.</p>
<dl class="facts">
<dt>Signed in as</dt><dd><strong>${name(view.username)}</strong></dd>
<dt>With</dt><dd>${view.level === 2 ? 'password and second factor' : 'password'}</dd>
<dt>Second factor</dt><dd>${view.enrolled ? 'set up' : 'not set up'}</dd>
</dl>
${secondFactor(view)}<div class="actions">${signOutForm('Sign out', 'second')}</div>`,
  })
}

function secondFactor(view: HomeView): Html | undefined {
  if (view.enrolled) {
    if (view.level === 2) return undefined
    return html`<p>Some apps ask for your second factor too.</p>
<p>${button('/second-factor', 'Enter a code')}</p>
`
  }
  if (view.enrolment === 'open')
    return html`<p>Some apps ask for a second factor too: a code from your phone.</p>
<p>${button('/enrol', 'Set up a second factor')}</p>
`
  return html`<p>Some apps ask for a second factor too. To set one up, ask whoever runs this to open enrolment for you.</p>
`
}
