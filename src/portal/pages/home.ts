import { document, html } from '../../lib/html.ts'
import type { HomeView } from './view.ts'

export function homePage(view: HomeView): string {
  return document({ title: view.host ?? 'Gatehouse', body: html`<main><h1>home</h1></main>` })
}
