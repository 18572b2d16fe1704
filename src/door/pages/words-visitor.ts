/** Refusals that are about who the visitor is and what they may do. */
import { type Html, html, safeHref } from '../../lib/html.ts'
import { button, link, name } from '../../lib/page.ts'
import type { RefusalView } from './view.ts'
import { again, app, key, LOG, start, type Words } from './words.ts'

export function denied(view: RefusalView): Words {
  const { user, rule } = view
  if (view.status === 401) return wrongPassword(view)
  const somebody = user !== undefined && user !== ''
  return {
    title: 'Not allowed',
    heading: 'You may not open this page',
    lead: somebody
      ? html`<p>You are signed in as <strong>${name(user)}</strong>, and this account may not open ${app(view)} here.</p>`
      : html`<p>A rule closes this part of ${app(view)}.</p>`,
    now: somebody
      ? html`<p>If you have another account that may, switch to it. If you should be allowed, ask whoever runs this and tell them what stands here:</p>`
      : html`<p>If you should be allowed, ask whoever runs this and tell them what stands here:</p>`,
    facts: [
      ['Signed in as', somebody ? name(user) : undefined],
      [
        'Rule that said no',
        rule === undefined ? html`the sign-in service’s own` : html`<code>${name(rule)}</code>`,
      ],
    ],
    actions: somebody
      ? [button(view.signOut, 'Switch user'), start()]
      : [button(view.login, 'Sign in'), start()],
    admin: html`${
      rule === undefined
        ? html`<p>Authelia answered no: its <code>access_control</code> decides.</p>`
        : html`<p>The rule at <code>${name(rule)}</code> decided.</p>`
    }${why(view)}`,
  }
}

/** Basic was tried, and its name or password is wrong. */
function wrongPassword(view: RefusalView): Words {
  return {
    title: 'Wrong username or password',
    heading: 'Wrong username or password',
    lead: html`<p>The username and the password that were sent for ${app(view)} do not go together.</p>`,
    now: html`<p>Sign in on the sign-in page, or correct them where they are saved: a bookmark, a script, a phone app.</p>`,
    actions: [button(view.login, 'Sign in')],
    admin: html`<p>${key(view, 'basic')} lets scripts send a password with each request. Authelia said no to this one.</p>
${LOG}`,
  }
}

/** The command that explains the decision, only where it is safe to paste into a shell. */
function why(view: RefusalView): Html | undefined {
  const { user, host, target = '/' } = view
  const url = target.startsWith('/') ? `https://${host}${target}` : target
  if (user === undefined || !/^\w[\w.@-]*$/.test(user)) return undefined
  if (!/^https:\/\/[\w.-]+(:\d+)?\/[\w./~%?&=+,:@-]*$/.test(url)) return undefined
  return html`<p>To see why:</p>
<pre><code>gatehouse why ${user} '${url}'</code></pre>`
}

export function secondFactor(view: RefusalView): Words {
  const who = view.user ? html`, <strong>${name(view.user)}</strong>,` : ''
  return {
    title: 'Second factor needed',
    heading: 'This app needs your second factor',
    lead: html`<p>You are signed in${who} with your password alone. ${app(view)} asks for a second factor as well, but Authelia’s rules for <strong>${name(view.host)}</strong> do not, so it never asked you.</p>`,
    now: html`<p>Open the sign-in page, give your second factor there if it offers to, and come back. If it does not offer to, only whoever runs this can put it right.</p>`,
    actions: [button(root(view.login), 'Open the sign-in page'), retry(view)],
    admin: html`<p>Authelia’s rules are weaker than the app’s policy (${view.rule === undefined ? key(view, 'policy') : html`<code>${name(view.rule)}</code>`}). Put this at the top of the rules in Authelia’s configuration, and start it again:</p>
<pre><code>access_control:
  rules:
    - domain: '${view.host.replaceAll("'", "''")}'
      policy: 'two_factor'</code></pre>
<p>Or ask for less here: <code>policy: one_factor</code>.</p>`,
  }
}

/** The portal's own start page: with the return address, Authelia would send a password-only session straight back. */
function root(login: string | undefined): string | undefined {
  const safe = safeHref(login)
  return safe?.startsWith('/') === false ? new URL('/', safe).href : safe
}

function retry(view: RefusalView): Html | undefined {
  return link(view.target, 'Try again') ?? link('/', 'Try again')
}

export function loop(view: RefusalView): Words {
  const host = html`<strong>${name(view.host)}</strong>`
  return {
    title: 'Sign-in goes round in circles',
    heading: 'Signing in goes round in circles',
    lead: html`<p>You came back from the sign-in page three times within a few seconds, and each time ${app(view)} saw no session. So the gate has stopped sending you there.</p>`,
    now: html`<p>What usually helps, the commonest first:</p>
<ol>
<li><strong>Blocked cookies.</strong> Let ${host} and the sign-in page set cookies. Private windows, tracking protection and extensions may stop them.</li>
<li><strong>Old cookies.</strong> Delete the cookies of both, then try again.</li>
<li><strong>The clock.</strong> Let your device set its date and time by itself: with a wrong clock a new session looks like an old one.</li>
<li><strong>The address.</strong> It must begin with <code>https://</code>, here and on the sign-in page.</li>
</ol>`,
    actions: [again(view), link(view.login, 'Open the sign-in page')],
    admin: html`<ul>
<li><strong>Cookie domain:</strong> in Authelia’s configuration, <code>session.cookies</code> needs an entry whose <code>domain</code> is a parent of ${host} and of the portal’s host.</li>
<li><strong>Cookie name:</strong> <code>authelia.cookie</code> here must be the <code>name</code> of that entry.</li>
<li><strong>Scheme:</strong> the session cookie travels over https alone. A proxy in front must send <code>X-Forwarded-Proto: https</code> and stand in <code>trusted_proxies</code>.</li>
<li><strong>Clock:</strong> compare <code>timedatectl</code> on the server with the visitor’s device.</li>
</ul>
${LOG}`,
  }
}

export function plantedCookie(view: RefusalView): Words {
  return {
    title: 'Sign-in cookie not trusted',
    heading: 'Your sign-in cookie cannot be trusted',
    lead: html`<p>Your browser sent more than one sign-in cookie, or one that the sign-in page did not make. Another app of the same domain may have put it there to pass as you or to have you pass as somebody else, so the gate uses none of them.</p>`,
    now: html`<p>Delete this site’s cookies (in most browsers: the icon left of the address), then sign in again.</p>`,
    actions: [button(view.login, 'Sign in again'), retry(view)],
    admin: html`<p>Look for an app of this domain, or a page on it, that sets a cookie with the session cookie’s name. An app behind this gate cannot; one beside it can.</p>
${LOG}`,
  }
}

export function busy(view: RefusalView): Words {
  return {
    title: 'Too many attempts',
    heading: 'Too many attempts',
    lead: html`<p>Many attempts to sign in came from your address in a short time, and the gate has paused them to keep passwords from being guessed.</p>`,
    actions: [again(view), start()],
    admin: html`<p>A script with an old password is the usual cause. ${view.app === undefined ? '' : html`This app takes passwords from scripts: ${key(view, 'basic')}.`}</p>
${LOG}`,
  }
}
