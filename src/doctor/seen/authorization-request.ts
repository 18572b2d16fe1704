/** The authorization request of an OpenID Connect app (RFC 6749, 4.1.1), wherever its answer has it. */

/** @param url where the answer redirects to */
function isRequest(url: URL | null): url is URL {
  return url?.searchParams.has('client_id') === true && url.searchParams.has('response_type')
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', quot: '"', '#38': '&', '#x26': '&' }

/** Text of a page or of JSON, with the ways undone in which `&` and `/` are written there. */
function unescaped(body: string): string {
  return body
    .replaceAll(/\\u00([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replaceAll('\\/', '/')
    .replaceAll(/&(amp|quot|#38|#x26);/gi, (whole, name: string) => NAMED[name.toLowerCase()] ?? whole)
}

/**
 * Finds the request in a redirect, or in the body: the settings that Portainer's page reads, the answer of
 * Guacamole, a link on a login page.
 */
export function findRequest(redirect: URL | null, body: string): URL | undefined {
  if (isRequest(redirect)) return redirect
  for (const [found] of unescaped(body).matchAll(
    /https?:\/\/[^\s"'<>\\]+\?[^\s"'<>\\]*client_id=[^\s"'<>\\]*/g,
  )) {
    const url = URL.parse(found)
    if (isRequest(url)) return url
  }
  return undefined
}
