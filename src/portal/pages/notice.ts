import { document, html } from '../../lib/html.ts'
import type { NoticeView } from './view.ts'

export function noticePage(view: NoticeView): string {
  return document({ title: view.host ?? 'Gatehouse', body: html`<main><h1>notice</h1></main>` })
}
