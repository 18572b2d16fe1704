/** What of an app's answer reaches the browser. Pure. */
import type { App } from '../config/model.ts'
import { headerName } from '../lib/headers.ts'

export interface EditRules {
  readonly app: App
  /** Canonical names of the identity headers. */
  readonly identityNames: ReadonlySet<string>
  /** Whether a cookie of that name is Authelia's or ours, and no app's to set. */
  readonly isOurs: (name: string) => boolean
}

/** The name that a Set-Cookie line sets; of a nameless one the name that a server could read out of its value. */
function nameSet(line: string): string {
  const pair = line.split(';', 1)[0] ?? ''
  const at = pair.indexOf('=')
  if (at < 0) return pair.trim()
  const name = pair.slice(0, at).trim()
  return name === '' ? (pair.slice(at + 1).split('=', 1)[0] ?? '').trim() : name
}

/**
 * The app's headers less what no app may say: Set-Cookie for our names, Clear-Site-Data (it would sign the
 * visitor out everywhere), Alt-Svc (it would lead past the gateway) and identity headers. `setNames` gathers
 * the cookies that it sets.
 */
export function editAnswer(headers: readonly string[], rules: EditRules, setNames: string[]): string[] {
  const kept: string[] = []
  let isPage = false
  for (let i = 0; i < headers.length; i += 2) {
    const raw = headers[i] ?? ''
    const value = headers[i + 1] ?? ''
    const { lower, canonical } = headerName(raw)
    if (lower === 'clear-site-data' || lower === 'alt-svc') continue
    if (rules.identityNames.has(canonical)) continue
    if (lower === 'set-cookie') {
      const name = nameSet(value)
      if (rules.isOurs(name)) continue
      setNames.push(name)
    }
    if (lower === 'content-type')
      isPage = /^\s*(?:text\/html|application\/xhtml\+xml|image\/svg\+xml)/i.test(value)
    kept.push(raw, value)
  }
  // A browser that sends no Sec-Fetch-Dest is kept from framing the app by its answer.
  const { cross_site: crossSite, framed_by: framedBy } = rules.app
  if (isPage && crossSite !== 'allow') {
    kept.push('Content-Security-Policy', ['frame-ancestors', "'self'", ...framedBy].join(' '))
  }
  return kept
}
