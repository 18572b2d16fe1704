/** What single kinds of apps need of the server in front of them, by their own documents. */
import type { OidcApp } from '../../config/model-oidc.ts'
import { block } from './word.ts'

/**
 * Nextcloud's admin manual, "Service discovery" (latest, 2026-11): calendars and address books are looked for
 * at the root of the host, wherever Nextcloud itself is.
 */
function nextcloud({ facts }: OidcApp): string[] {
  const to = (path: string): string[] => [`return 301 ${facts.url}${path};`]
  return [
    ...block('location = /.well-known/carddav', to('/remote.php/dav/')),
    ...block('location = /.well-known/caldav', to('/remote.php/dav/')),
    ...block('location ^~ /.well-known/', to('/index.php$request_uri')),
  ]
}

/** Locations beside the app's own. */
export function needsOf(app: OidcApp): string[] {
  return app.kind.startsWith('nextcloud') ? nextcloud(app) : []
}
