import { document, html } from '../../lib/html.ts'
import type { LoginView } from './view.ts'

export function loginPage(view: LoginView): string {
  return document({ title: view.host ?? 'Gatehouse', body: html`<main><h1>login</h1></main>` })
}
