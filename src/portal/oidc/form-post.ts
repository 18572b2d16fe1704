/** response_mode=form_post (OAuth 2.0 Form Post Response Mode): a form that sends itself, and a button if it cannot. */
import { createHash } from 'node:crypto'
import { html, safeHref } from '../../lib/html.ts'

/** The library's own page cannot be replaced: ours has another name inside (request.ts). */
export const FORM_PAGE = 'form_page'

const SCRIPT = 'document.forms[0].submit()'
const HASH = createHash('sha256').update(SCRIPT).digest('base64')

/** Its policy: that script and no other, and nowhere else for the form to go. @param target the redirect URI */
export function formPostPolicy(target: string): string {
  const { origin, protocol } = new URL(target)
  const to = origin === 'null' ? protocol : origin
  return `default-src 'none'; script-src 'sha256-${HASH}'; form-action ${to}; frame-ancestors 'none'; base-uri 'none'`
}

/** @param target the redirect URI, which was found to be the client's */
export function formPostPage(target: string, fields: Readonly<Record<string, string>>): string {
  const inputs = Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">
`,
  )
  const action = safeHref(target) ?? new URL(target).href
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>On to the app</title></head><body>
${html`<form method="post" action="${action}">
${inputs}<noscript><button>Continue</button></noscript>
</form>`}
<script>${SCRIPT}</script>
</body></html>
`
}
