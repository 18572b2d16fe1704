import { document, html } from '../../lib/html.ts'
import type { RefusalView } from './view.ts'

/** The page of a refusal. */
export function refusalPage(view: RefusalView): string {
  return document({ title: view.code, body: html`<main><h1>${view.code}</h1></main>` })
}
