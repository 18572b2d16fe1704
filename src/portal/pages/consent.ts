import { html } from '../../lib/html.ts'
import { name, page } from '../../lib/page.ts'
import { carry, signOutForm } from './fields.ts'
import type { ConsentView } from './view.ts'

/** What each scope hands over, in words; `openid` is the login itself. */
const TELLS: Readonly<Record<string, string>> = {
  openid: 'who you are: always the same number, and no name',
  profile: 'your name and your username',
  email: 'your email address',
  groups: 'the groups that you are in',
  offline_access: 'all of it again later, while you are away',
}

/** Whether the app may know. Posts decision, as and the flow to /consent/openid/decision. */
export function consentPage(view: ConsentView): string {
  const { asking, username, scopes, returnsTo } = view
  return page({
    title: 'May the app know who you are?',
    host: view.host,
    gate: 'open',
    body: html`<h1>${name(asking)} asks who you are</h1>
<p>You are signed in as <strong>${name(username)}</strong>. If you agree, <strong>${name(asking)}</strong> at <code>${name(returnsTo)}</code> is told:</p>
<ul>
${scopes.map(
  scope => html`<li>${Object.hasOwn(TELLS, scope) ? TELLS[scope] : html`what is called <code>${name(scope)}</code> here`}</li>
`,
)}</ul>
<form method="post" action="/consent/openid/decision">
${carry({ flow: view.flow })}<input type="hidden" name="as" value="${username}">
<div class="actions"><button class="full" name="decision" value="allow">Agree</button>
<button class="second" name="decision" value="refuse">Refuse</button></div>
</form>
<div class="rule">${signOutForm('Sign in as someone else', 'quiet')}</div>`,
  })
}
