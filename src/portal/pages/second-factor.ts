import { document, html } from '../../lib/html.ts'
import type { SecondFactorView } from './view.ts'

export function secondFactorPage(view: SecondFactorView): string {
  return document({ title: view.host ?? 'Gatehouse', body: html`<main><h1>second-factor</h1></main>` })
}
