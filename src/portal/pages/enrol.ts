import { document, html } from '../../lib/html.ts'
import type { EnrolView } from './view.ts'

export function enrolPage(view: EnrolView): string {
  return document({ title: view.host ?? 'Gatehouse', body: html`<main><h1>enrol</h1></main>` })
}
