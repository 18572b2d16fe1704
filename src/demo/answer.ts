/** How the demo's apps answer: pages in the look of the gateway's own. They run behind it and trust its headers. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { document, type Html, html } from '../lib/html.ts'

/** Who the gateway says that the visitor is, as an app reads it. */
export interface Visitor {
  /** Empty for nobody. */
  readonly user: string
  readonly groups: readonly string[]
}

/** Node reads header bytes as Latin-1; names are UTF-8. */
const unicode = (value: string): string => Buffer.from(value, 'latin1').toString('utf8')

/** The identity headers of a request. Node joins repeated ones with a comma, so a doubled one would show. */
export function visitor(request: IncomingMessage): Visitor {
  const header = (name: string): string => {
    const value = request.headers[name]
    return unicode(Array.isArray(value) ? value.join(',') : (value ?? ''))
  }
  return { user: header('remote-user'), groups: header('remote-groups').split(',').filter(Boolean) }
}

const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; script-src 'self'; connect-src 'self'; " +
  "form-action 'self'; base-uri 'none'"

/**
 * Answers with a page: a heading, what the app shows, and the ways on.
 * @param who undefined for an app that the gateway does not stand in front of
 */
export function answerPage(
  response: ServerResponse,
  title: string,
  content: Html,
  who: Visitor | undefined,
): void {
  const body = html`<main>
<h1>${title}</h1>
${content}
${who && html`<p>${who.user === '' ? 'This app does not know who you are.' : html`You are <strong>${who.user}</strong>. <a href="/.gatehouse/sign-out">Sign out</a>`}</p>`}
</main>`
  const text = document({ title, body })
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'content-security-policy': POLICY,
  })
  response.end(text)
}

/** Answers with JSON. */
export function answerJson(response: ServerResponse, status: number, value: unknown): void {
  const text = `${JSON.stringify(value, null, 2)}\n`
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  })
  response.end(text)
}

/** Answers with a script. */
export function answerScript(response: ServerResponse, text: string): void {
  response.writeHead(200, {
    'content-type': 'text/javascript; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  })
  response.end(text)
}

/** The path of a request, without its query. */
export const pathOf = (request: IncomingMessage): string => (request.url ?? '/').split('?', 1)[0] ?? '/'
