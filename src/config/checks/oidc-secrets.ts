import { oidcEntry } from '../../catalog/catalog.ts'
import { settingsOf } from '../../catalog/client.ts'
import { custom } from '../../catalog/oidc/custom.ts'
import { unreadable } from '../host.ts'
import type { FileOidcApp } from '../schema/oidc-app.ts'
import { SECRETS, secretFile } from '../secret-files.ts'
import type { Checking } from './checking.ts'
import { portalHost } from './hosts.ts'

/** Whether an app's client has no secret, by the file or by what is known of its kind. */
function isPublic(checking: Checking, name: string, app: FileOidcApp): boolean {
  if (app.client.public !== undefined) return app.client.public
  const facts = {
    name,
    url: app.url.url,
    portal: `https://${portalHost(checking)?.host ?? 'auth.example.com'}`,
    domain: checking.file.domain ?? 'example.com',
    settings: settingsOf(app.kind, app.settings),
    groups: app.groups,
  }
  try {
    return (oidcEntry(app.kind) ?? custom).client(facts).public
  } catch {
    // A setting that is missing is a fault of its own.
    return true
  }
}

/** What the built-in portal needs to serve `oidc_apps`: the key that it signs with, and the digests of client secrets. */
export function checkOidcSecrets(checking: Checking): void {
  const { file, host } = checking
  const apps = Object.entries(file.oidc_apps ?? {})
  if (file.portal === undefined || apps.length === 0 || file.secrets === undefined) return
  const folder = checking.absolute(file.secrets)
  const wants = (path: readonly string[], secret: string, what: string) => {
    const absolute = secretFile(folder, secret)
    checking.files.add(absolute)
    try {
      host.readFile(absolute)
    } catch (error) {
      const place = secretFile(file.secrets ?? '', secret)
      const why = unreadable(error)
      const missing = why.startsWith('does not exist')
      const message = missing
        ? `${what}: ${place} ${why}. "gatehouse secret make" makes what is missing.`
        : `${place} ${why}: secrets are root's, so try it with sudo.`
      checking.fault(path, message, undefined, 'key')
    }
  }
  wants(['oidc_apps'], SECRETS.oidcKey, 'The portal has no key to sign with for these apps')
  for (const [name, app] of apps) {
    if (isPublic(checking, name, app)) continue
    wants(['oidc_apps', name], SECRETS.clientDigest(name), 'This app has no client secret yet')
  }
}
