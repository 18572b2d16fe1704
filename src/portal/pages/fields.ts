/** What the portal's forms are made of. */
import { type Html, html } from '../../lib/html.ts'

/** The id that a faulty field's aria-describedby points to; there is one message to a page. */
const FAULT = 'fault'

/** What went wrong, said at once by screen readers, or nothing. */
export function fault(text: string | undefined): Html | undefined {
  if (!text) return undefined
  return html`<p class="alarm" id="${FAULT}" role="alert">${text}</p>
`
}

/** `Error: ` before the title, so that a screen reader's first words after a failed attempt say so. */
export function titled(title: string, error: string | undefined): string {
  return error ? `Error: ${title}` : title
}

export interface Field {
  readonly name: string
  readonly label: string
  readonly type: 'text' | 'password'
  readonly autocomplete: 'username' | 'current-password' | 'one-time-code'
  readonly value?: string | undefined
  readonly hint?: string
  /** One field of a page, at most. */
  readonly focus?: boolean
  /** It is the one that the fault is about. */
  readonly faulty?: boolean
}

/** A label, its hint and its input, tied together. */
export function field(of: Field): Html {
  const hint = of.hint !== undefined && `${of.name}-hint`
  const described = [hint, of.faulty && FAULT].filter(id => id !== false && id !== undefined).join(' ')
  const code = of.autocomplete === 'one-time-code'
  return html`<div class="field${code && ' code'}">
<label for="${of.name}">${of.label}</label>
${
  hint &&
  html`<p class="hint" id="${hint}">${of.hint}</p>
`
}<input id="${of.name}" name="${of.name}" type="${of.type}" autocomplete="${of.autocomplete}"${code && html` inputmode="numeric"`}${of.value !== undefined && html` value="${of.value}"`} autocapitalize="none" spellcheck="false" required${described !== '' && html` aria-describedby="${described}"`}${of.faulty && html` aria-invalid="true"`}${of.focus && html` autofocus`}>
</div>
`
}

/** The field for the six digits. */
export function codeField(error: string | undefined, focus: boolean): Html {
  return field({
    name: 'token',
    label: 'Code',
    type: 'text',
    autocomplete: 'one-time-code',
    hint: 'The six digits that your authenticator app shows now.',
    focus,
    faulty: Boolean(error),
  })
}

/** Where to go after the form, carried along unseen. */
export function carry(view: { readonly rd?: string; readonly rm?: string; readonly flow?: string }): Html {
  const hidden = (name: string, value: string | undefined) =>
    value !== undefined &&
    html`<input type="hidden" name="${name}" value="${value}">
`
  const flow = view.flow === undefined ? undefined : 'openid_connect'
  return html`${hidden('rd', view.rd)}${hidden('rm', view.rm)}${hidden('flow', flow)}${hidden('flow_id', view.flow)}`
}

/** The sign-out form; its button looks like a link where it is not the point of the page. */
export function signOutForm(text: string, look: 'quiet' | 'second'): Html {
  return html`<form method="post" action="/logout"><button class="${look}">${text}</button></form>`
}
