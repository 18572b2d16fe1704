/** Refusals that are nobody's fault but a machine's. An app is named, its address never. */
import { html } from '../../lib/html.ts'
import type { RefusalView } from './view.ts'
import { again, app, key, LOG, start, type Words, wait } from './words.ts'

/** A sign-out that nobody confirmed must not look like one that was done. */
function signOutUnsure(view: RefusalView): Words {
  return {
    title: 'Sign-out not confirmed',
    heading: 'You may still be signed in',
    lead: html`<p>This browser has forgotten your session, but the service that keeps it did not confirm that it has ended.</p>`,
    now: html`<p>It ends by itself when it has been idle for a while. If somebody else may have had your session, tell whoever runs this, and change your password.</p>`,
    actions: [again({ ...view, target: '/' }, 'Go to the start page')],
    admin: html`<p>Authelia did not answer the sign-out. Starting it again ends all sessions that it keeps in memory.</p>
${LOG}`,
  }
}

/** No verdict, so nobody gets in. The detail `sign-out` means that it was a sign-out that got no answer. */
export function unavailable(view: RefusalView): Words {
  if (view.detail === 'sign-out') return signOutUnsure(view)
  return {
    title: 'Sign-in does not answer',
    heading: 'Your sign-in cannot be checked right now',
    lead: html`<p>The service that knows who is signed in does not answer, or not sensibly. Without its word the gate opens for nobody. You did nothing wrong.</p>`,
    now: html`<p>Try again${wait(view.retryAfter)}. If it goes on for longer, tell whoever runs this.</p>`,
    actions: [again(view)],
    admin: html`<p>Is Authelia running, and is <code>authelia.url</code> in <code>gatehouse.yml</code> still right? The gate asks again by itself with the next request; nothing needs a restart.</p>
${LOG}`,
  }
}

export function upstreamDown(view: RefusalView): Words {
  return {
    title: 'App not running',
    heading: 'The app does not answer',
    lead: html`<p>The gate let you through, but nobody is home: ${app(view)} takes no connections. It may be starting again, or switched off.</p>`,
    now: html`<p>Try again${wait(view.retryAfter)}. If it stays like this, tell whoever runs this that ${app(view)} is down.</p>`,
    actions: [again(view)],
    admin: html`<p>Is the app running, and does it listen where ${key(view, 'upstream')} says?</p>
${LOG}`,
  }
}

export function upstreamSlow(view: RefusalView): Words {
  return {
    title: 'App too slow',
    heading: 'The app took too long',
    lead: html`<p>The gate let you through and asked ${app(view)}, but no answer came in time.</p>`,
    now: html`<p>It may be busy: try again${wait(view.retryAfter)}. If you sent something, look first whether it arrived, so that it is not done twice.</p>`,
    actions: [again(view)],
    admin: html`<p>If the app does need this long, raise ${key(view, 'timeouts.first_byte')} (or <code>connect</code>).</p>
${LOG}`,
  }
}

export function upstreamCut(view: RefusalView): Words {
  return {
    title: 'App broke off',
    heading: 'The app broke off',
    lead: html`<p>${app(view)} closed the connection before its answer was whole, or answered something that is not HTTP.</p>`,
    now: html`<p>Try again${wait(view.retryAfter)}. If you sent something, look first whether it arrived, so that it is not done twice.</p>`,
    actions: [again(view)],
    admin: html`<p>Look into the app’s own log: it has crashed, restarted, or speaks https where ${key(view, 'upstream')} says http (or the other way round).</p>
${LOG}`,
  }
}

export function upstreamCertificate(view: RefusalView): Words {
  return {
    title: 'App cannot prove who it is',
    heading: 'The app cannot prove who it is',
    lead: html`<p>The gate reaches ${app(view)} over an encrypted connection, but the certificate shown there is not the one to expect. It may only have been renewed; it may also be somebody else. So nothing of yours was sent.</p>`,
    now: html`<p>Tell whoever runs this. Trying again does not help until it is put right.</p>`,
    actions: [start()],
    admin: html`<p>Has the app’s certificate changed, run out, or is it self-signed? Name its authority in ${key(view, 'upstream_tls.ca')}, or the certificate itself in <code>fingerprint</code>.</p>
${LOG}`,
  }
}

export function internal(view: RefusalView): Words {
  return {
    title: 'Something broke',
    heading: 'Something broke in the gate',
    lead: html`<p>That is our fault and not yours. To be safe, the gate stayed shut.</p>`,
    now: html`<p>Try again${wait(view.retryAfter)}. If it happens again, tell whoever runs this and quote the request below.</p>`,
    actions: [again(view), start()],
    admin: LOG,
  }
}
