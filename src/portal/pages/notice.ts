import { html } from '../../lib/html.ts'
import { button, page } from '../../lib/page.ts'
import type { NoticeView } from './view.ts'

/** Anything else that the portal has to say: not found, a form that came from elsewhere, too many attempts. */
export function noticePage(view: NoticeView): string {
  const { title, text, status, link } = view
  return page({
    title,
    host: view.host,
    gate: status < 400 ? 'open' : 'shut',
    body: html`<h1>${title}</h1>
<p>${text}</p>
<div class="actions">${(link && button(link.href, link.text)) ?? button('/', 'Go to the sign-in page')}</div>`,
    footer: status >= 400 ? html`<p>Answer ${status}</p>` : undefined,
  })
}
