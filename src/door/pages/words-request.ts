/** Refusals that are about the request: what it asks for, where it comes from, how it is written. */
import { html } from '../../lib/html.ts'
import { button, link, name } from '../../lib/page.ts'
import type { RefusalView } from './view.ts'
import { again, app, detail, key, LOG, start, type Words } from './words.ts'

export function badRequest(view: RefusalView): Words {
  return {
    title: 'Request refused',
    heading: 'The gate refused this request',
    lead: html`<p>It is written in a way that two programs could read differently, and such requests are how locks get picked. So the gate lets none through.</p>
${detail(view)}`,
    now: html`<p>If you typed or pasted the address, look it over. If you followed a link, start from the app’s start page.</p>`,
    actions: [start()],
    admin:
      view.app === undefined
        ? LOG
        : html`<p>GitLab, Jenkins, RabbitMQ, npm and S3 do need addresses like <code>%2F</code> and <code>//</code>. For such an app, and if none of its rules looks at the path, set ${key(view, 'paths')} to <code>raw</code>.</p>
${LOG}`,
  }
}

export function noApp(view: RefusalView): Words {
  return {
    title: 'No app here',
    heading: 'There is no app here',
    lead: html`<p>This gate knows nothing about <strong>${name(view.host)}</strong>.</p>`,
    now: html`<p>Look for a typing mistake in the address. If it worked before, the app has moved or is gone: ask whoever runs this.</p>`,
    admin: html`<p>An app answers at <code>&lt;name&gt;.&lt;domain&gt;</code> unless it has a <code>host</code> of its own in <code>gatehouse.yml</code>. Asked for was:</p>
<pre><code>${name(view.host)}</code></pre>`,
  }
}

export function crossSite(view: RefusalView): Words {
  return {
    title: 'Stopped: sent by another site',
    heading: 'Another site tried to act here',
    lead: html`<p>Another website, or another app of this domain, sent this request to ${app(view)}. It could have done something in your name without your knowing, so the gate stopped it.</p>
${detail(view)}`,
    now: html`<p>Nothing has happened. If it was you who wanted this, open the app’s own page and do it from there.</p>`,
    actions: [button('/', 'Open the start page')],
    admin: html`<p>If the other site is meant to do this, set ${key(view, 'cross_site')} to <code>allow</code>; the app must then guard itself.</p>
${LOG}`,
  }
}

export function framed(view: RefusalView): Words {
  return {
    title: 'Not inside another page',
    heading: 'This app does not open inside another page',
    lead: html`<p>The page around this one wants to show ${app(view)} in a frame. A page that does so can trick you into clicking what you do not see, so the gate allows it only for sites that are named.</p>
${detail(view)}`,
    actions: [button(view.target, 'Open it on its own', '_top') ?? button('/', 'Open it on its own', '_top')],
    admin: html`<p>Name the page around it in ${key(view, 'framed_by')}.</p>`,
  }
}

export function interstitial(view: RefusalView): Words {
  const target = view.target ?? '/'
  return {
    title: 'Open this page?',
    heading: 'Another site sent you here',
    lead: html`<p>${app(view)} may act as soon as an address of it is opened, so the gate asks first. You are about to open:</p>
<pre><code>${name(target.startsWith('/') ? view.host + target : target)}</code></pre>`,
    now: html`<p>Open it only if this is where you meant to go.</p>`,
    actions: [button(target, 'Open the page'), link('/', 'Go to the start page instead')],
    admin: html`<p>Asked because ${key(view, 'cross_site')} is <code>deny_all</code>.</p>`,
  }
}

/** By status: 413 a body, 414 an address, 431 headers, which means cookies. */
export function tooLarge(view: RefusalView): Words {
  const upload = view.status === 413
  const address = view.status === 414
  return {
    title: 'Too large',
    heading: upload
      ? 'That is too large'
      : address
        ? 'That address is too long'
        : 'Your browser sent too much',
    lead: html`<p>${
      upload
        ? html`What you sent to ${app(view)} is larger than the gate accepts.`
        : address
          ? 'The address is longer than the gate accepts, or would be on its way through the sign-in page.'
          : 'The cookies of this site have piled up, and are now more than the gate accepts.'
    }</p>
${detail(view)}`,
    now: upload
      ? html`<p>Send it in smaller parts, or ask whoever runs this.</p>`
      : address
        ? html`<p>Begin at the app’s start page and find your way from there.</p>`
        : html`<p>Delete this site’s cookies (in most browsers: the icon left of the address), then try again.</p>`,
    actions: upload || address ? [start()] : [again(view), start()],
    admin: LOG,
  }
}
