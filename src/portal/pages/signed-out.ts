import { document, html } from '../../lib/html.ts'
import type { SignedOutView } from './view.ts'

export function signedOutPage(view: SignedOutView): string {
  return document({ title: view.host ?? 'Gatehouse', body: html`<main><h1>signed-out</h1></main>` })
}
