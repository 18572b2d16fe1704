/** The demo's whoami, public and admin: pages that show what the app received. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Html, html, type Value } from '../lib/html.ts'
import { answerJson, answerPage, visitor } from './answer.ts'

/** The headers as they came, in order, repeated ones too. */
function received(request: IncomingMessage): (readonly [string, string])[] {
  const raw = request.rawHeaders
  return raw.flatMap((name, at) => (at % 2 === 0 ? [[name, raw[at + 1] ?? ''] as const] : []))
}

/**
 * An app that shows the request as it received it: a page, or JSON for those who accept it and no HTML.
 * @param title what the page is called
 * @param words what it says above the headers
 */
export function whoami(
  title: string,
  words: string,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    request.resume()
    const headers = received(request)
    const who = visitor(request)
    const accept = request.headers.accept ?? ''
    if (!accept.includes('text/html') && accept.includes('application/json'))
      return answerJson(response, 200, { ...who, method: request.method, target: request.url, headers })
    const ours = ([name]: readonly [string, string]): boolean => name.toLowerCase().startsWith('remote-')
    const row = ([, value]: readonly [string, string], shown: Value): Html =>
      html`<tr><th scope="row">${shown}</th><td>${value}</td></tr>`
    const rows = [
      ...headers.filter(ours).map(header => row(header, html`<mark>${header[0]}</mark>`)),
      ...headers.filter(header => !ours(header)).map(header => row(header, header[0])),
    ]
    const content = html`<style>
main { max-width: 60rem }
table { border-collapse: collapse; width: 100%; font-size: .9rem }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-top: 1px solid #8884; font-weight: normal }
caption { text-align: left; font-weight: 650; margin: 1rem 0 .3rem }
th { white-space: nowrap; font-family: ui-monospace, monospace }
td { overflow-wrap: anywhere; font-family: ui-monospace, monospace }
mark { background: #ffd54f; color: #000; padding: 0 .2em; border-radius: .2em }
</style>
<p>${words}</p>
<p><code>${request.method ?? ''} ${request.url ?? ''}</code></p>
<table><caption>The headers that this app received</caption><tbody>${rows}</tbody></table>`
    answerPage(response, title, content, who)
  }
}
