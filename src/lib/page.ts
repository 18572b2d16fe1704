/** The frame of every page: the mark and the place above, the wall with the words, a line below. */
import { document, type Html, html, safeHref } from './html.ts'

export interface Frame {
  /** What the page is, for the title: `Sign in`. */
  readonly title: string
  /** Where it is: the host in the title and at the top. */
  readonly host?: string | undefined
  /** The mark: a lit doorway, or the portcullis down. */
  readonly gate: 'open' | 'shut'
  /** `wide` for pages to read, `tiny` inside a frame; else the width of a form. */
  readonly size?: 'wide' | 'tiny'
  readonly body: Html
  readonly footer?: Html | undefined
}

const WALLS =
  'M4 8h4v4h4V8h4v10h4v-4h8v4h4V8h4v4h4V8h4v34H31V31a7 7 0 0 0-14 0v11H4zM9 20v7h2v-7zM37 20v7h2v-7z'

/** Gatehouse's mark: two towers and the gate between them. It says nothing that the words do not. */
export function mark(gate: 'open' | 'shut'): Html {
  const inside =
    gate === 'open'
      ? html`<path class="lamp" d="M19 42V31a5 5 0 0 1 10 0v11z"/>`
      : html`<path class="bars" fill="none" d="M20.5 27.5V42M24 26v16M27.5 27.5V42M18 31.5h12M18 36.5h12"/>`
  return html`<svg viewBox="0 0 48 48" aria-hidden="true" focusable="false"><path fill="currentColor" d="${WALLS}"/>${inside}<path fill="currentColor" d="M1 42h46v2H1z"/></svg>`
}

/** A whole page. Titles say what and where: `Sign in – auth.example.com`. */
export function page(frame: Frame): string {
  const { host, size } = frame
  const top = html`<header>
${mark(frame.gate)}
<p><strong>Gatehouse</strong>${host !== undefined && html`<br><span class="place">${name(host)}</span>`}</p>
</header>
`
  return document({
    title: `${frame.title} – ${host ?? 'Gatehouse'}`,
    body: html`${size !== 'tiny' && top}<main>
${frame.body}
</main>${
      frame.footer &&
      html`
<footer>
${frame.footer}
</footer>`
    }`,
    ...(size && { className: size }),
  })
}

/** A name from outside, isolated so that its reading direction leaves the words around it alone. */
export function name(text: string): Html {
  return html`<bdi>${text}</bdi>`
}

/** A link that looks like a button, or nothing where the address is not safe. */
export function button(href: string | undefined, text: string, target?: '_top'): Html | undefined {
  return anchor(href, text, 'button', target)
}

/** A link, or nothing where the address is not safe. */
export function link(href: string | undefined, text: string): Html | undefined {
  return anchor(href, text)
}

function anchor(href: string | undefined, text: string, kind?: string, target?: '_top'): Html | undefined {
  const safe = safeHref(href)
  if (safe === undefined) return undefined
  return html`<a${kind && html` class="${kind}"`} href="${safe}"${target && html` target="${target}"`}>${text}</a>`
}
