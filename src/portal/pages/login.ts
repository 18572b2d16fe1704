import { html } from '../../lib/html.ts'
import { name, page } from '../../lib/page.ts'
import { carry, fault, field, titled } from './fields.ts'
import type { LoginView } from './view.ts'

/** Name and password. Posts username, password, remember=on, rd and rm to /login. */
export function loginPage(view: LoginView): string {
  const { username, error, asking } = view
  const known = username !== undefined && username !== ''
  return page({
    title: titled('Sign in', error),
    host: view.host,
    gate: 'open',
    body: html`<h1>Sign in</h1>
${
  asking !== undefined &&
  html`<p>to open <strong>${name(asking)}</strong></p>
`
}${fault(error)}<form method="post" action="/login">
${field({
  name: 'username',
  label: 'Username',
  type: 'text',
  autocomplete: 'username',
  value: username,
  focus: !known,
  faulty: Boolean(error),
})}${field({
  name: 'password',
  label: 'Password',
  type: 'password',
  autocomplete: 'current-password',
  focus: known,
  faulty: Boolean(error),
})}<label class="check"><input type="checkbox" name="remember" value="on"${view.remember && html` checked`}>Stay signed in on this device</label>
${carry(view)}<button class="full">Sign in</button>
</form>`,
    footer: html`<p>Type your password only where the address bar says ${view.host === undefined ? 'this house’s own address' : html`<code>${name(view.host)}</code>`}.</p>`,
  })
}
