/** What a refusal's page is made of, and the pieces that several of them share. */
import { type Html, html } from '../../lib/html.ts'
import { button, link, name } from '../../lib/page.ts'
import type { RefusalView } from './view.ts'

export interface Words {
  /** For the title, short: `Not allowed`. */
  readonly title: string
  readonly heading: string
  /** What happened and why. */
  readonly lead: Html
  /** What to do now. */
  readonly now?: Html | undefined
  /** Buttons and links; undefined ones are left out. */
  readonly actions?: readonly (Html | undefined)[]
  /** Label and value, for a person who asks for help to read out. */
  readonly facts?: readonly (readonly [string, Html | undefined])[]
  /** For whoever runs this. */
  readonly admin?: Html | undefined
}

/** The app by its name in the configuration, never by its address. */
export function app(view: RefusalView): Html {
  return view.app === undefined ? html`this app` : html`<strong>${name(view.app)}</strong>`
}

/** Its place in the configuration: `apps.cams.policy`. */
export function key(view: RefusalView, path: string): Html {
  return html`<code>apps.${name(view.app ?? '<app>')}.${path}</code>`
}

/** The page asked for, once more. */
export function again(view: RefusalView, text = 'Try again'): Html | undefined {
  return button(view.target, text) ?? button('/', text)
}

/** The app's start page, which is there in any case. */
export function start(): Html | undefined {
  return link('/', 'Go to the start page')
}

/** ` in 5 seconds`, ` in about 2 minutes`; empty where nobody knows. */
export function wait(seconds: number | undefined): string {
  if (seconds === undefined || !(seconds > 0)) return ' in a moment'
  const rounded = Math.ceil(seconds)
  if (rounded < 90) return rounded === 1 ? ' in a second' : ` in ${rounded} seconds`
  return ` in about ${Math.ceil(rounded / 60)} minutes`
}

/** The sentence that the gate added, where the page shows one. */
export function detail(view: RefusalView): Html | undefined {
  return view.detail ? html`<p>${view.detail}</p>` : undefined
}

/** The log's line with this id knows more than a page may tell. */
export const LOG: Html = html`<p>The log line with this request’s id says more.</p>`
