/** HTML that cannot be injected into: a tagged template, and the document around it. */
import { css, styleHash } from './style.ts'

export { type CspOptions, csp, pageHeaders } from './csp.ts'

/** Text that is already HTML. Only `html` and `document` make one, so a value from outside can never pose as it. */
export class Html {
  readonly #text: string
  constructor(strings: readonly string[], values: readonly Value[]) {
    let text = strings[0] ?? ''
    for (const [at, value] of values.entries()) text += write(value) + (strings[at + 1] ?? '')
    this.#text = text
  }
  toString(): string {
    return this.#text
  }
}

/** What a template may hold: nothing (`undefined`, `false`), text and numbers (escaped), Html, and lists of these. */
export type Value = string | number | Html | undefined | false | readonly Value[]

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
}

/**
 * Escapes text for HTML text and for quoted attributes. Control characters and lone surrogates, which HTML
 * cannot carry, become U+FFFD, and so do the marks that turn the reading direction (a name could otherwise
 * show itself, or the words after it, backwards).
 */
export function escapeHtml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g, '\ufffd')
    .replace(/[&<>"'`]/g, c => ESCAPES[c] ?? '')
}

function write(value: Value): string {
  if (value === undefined || value === false) return ''
  if (value instanceof Html) return value.toString()
  if (Array.isArray(value)) return value.map(write).join('')
  return escapeHtml(String(value))
}

/** Tagged template: what is written is HTML, what is put in is escaped. Attributes must be quoted. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(strings, values)
}

/**
 * An address that is safe in `href`: https without userinfo, or a path of the same origin.
 * Undefined for all else (`javascript:`, `//host`, `/\host`, tabs and line feeds that a browser would drop).
 */
export function safeHref(url: string | undefined): string | undefined {
  if (url === undefined || /[\0-\x20\x7f\\]/.test(url)) return undefined
  // Returned as it came: normalizing '/..//host' would make '//host' of it.
  if (url.startsWith('/')) return url.startsWith('//') ? undefined : url.toWellFormed()
  if (!/^https:\/\//i.test(url) || !URL.canParse(url)) return undefined
  const parsed = new URL(url)
  return parsed.username === '' && parsed.password === '' ? parsed.href : undefined
}

/** The style element of every page: its text is a constant, and what `csp` allows by its hash. */
const STYLE = new Html([`<style>${css}</style>`], [])
export interface Document {
  /** Plain text. */
  readonly title: string
  readonly body: Html
  readonly lang?: string
  /** The body's class. */
  readonly className?: string
  /** For a page that is kept as a file: it brings its policy along, and may do nothing but show itself. */
  readonly sealed?: boolean
}

/** No form, no frame, nothing fetched; `frame-ancestors` cannot stand in a page (CSP level 3, 3.3). */
const SEAL = html`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${new Html([styleHash], [])}'; form-action 'none'; base-uri 'none'">
`

/** A whole page with the one style sheet inline. */
export function document(page: Document): string {
  const { title, body, lang = 'en', className, sealed = false } = page
  return html`<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
${sealed && SEAL}<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title}</title>
${STYLE}
</head>
<body${className && html` class="${className}"`}>
${body}
</body>
</html>
`.toString()
}
