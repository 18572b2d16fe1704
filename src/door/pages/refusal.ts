/** What a browser sees instead of the page that it asked for. */

import { type Html, html } from '../../lib/html.ts'
import { STATUS_CODES } from '../../lib/http.ts'
import { button, name, page } from '../../lib/page.ts'
import type { RefusalCode, RefusalView } from './view.ts'
import type { Words } from './words.ts'
import * as request from './words-request.ts'
import * as trouble from './words-trouble.ts'
import * as visitor from './words-visitor.ts'

const WORDS: Readonly<Record<Exclude<RefusalCode, 'sign-in-frame'>, (view: RefusalView) => Words>> = {
  'bad-request': request.badRequest,
  'no-app': request.noApp,
  denied: visitor.denied,
  'cross-site': request.crossSite,
  framed: request.framed,
  'second-factor': visitor.secondFactor,
  loop: visitor.loop,
  'planted-cookie': visitor.plantedCookie,
  unavailable: trouble.unavailable,
  busy: visitor.busy,
  'upstream-down': trouble.upstreamDown,
  'upstream-slow': trouble.upstreamSlow,
  'upstream-cut': trouble.upstreamCut,
  'upstream-certificate': trouble.upstreamCertificate,
  interstitial: request.interstitial,
  'too-large': request.tooLarge,
  internal: trouble.internal,
}

/** The page of a refusal. Its headers are `pageHeaders`; `sign-in-frame` and `framed` need frameAncestors. */
export function refusalPage(view: RefusalView): string {
  if (view.code === 'sign-in-frame') return signInFrame(view)
  const words = WORDS[view.code](view)
  const actions = (words.actions ?? []).filter(action => action !== undefined)
  return page({
    title: words.title,
    host: view.host,
    gate: view.code === 'interstitial' ? 'open' : 'shut',
    size: 'wide',
    body: html`<h1>${words.heading}</h1>
${words.lead}
${words.now}
${facts(words.facts)}
${actions.length > 0 && html`<div class="actions">${actions.map(action => html`${action} `)}</div>`}
${
  words.admin &&
  html`<details>
<summary>For whoever runs this</summary>
${words.admin}
</details>`
}`,
    footer: html`<p>${view.status} ${STATUS_CODES[view.status]} · if you ask for help, quote request <code>${view.id}</code></p>`,
  })
}

function facts(all: Words['facts'] = []): Html | undefined {
  const known = all.filter(([, value]) => value !== undefined)
  if (known.length === 0) return undefined
  return html`<dl class="facts">
${known.map(([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>\n`)}</dl>`
}

/** Inside somebody's frame: the sign-in opens in the whole window, since a login page never shows in a frame. */
function signInFrame(view: RefusalView): string {
  const what = view.app ?? view.host
  return page({
    title: 'Sign in',
    host: view.host,
    gate: 'open',
    size: 'tiny',
    body: html`<h1>Sign in to see ${name(what)}</h1>
<p class="small soft">It opens in the whole window.</p>
${button(view.login, 'Sign in', '_top')}`,
  })
}
