import { oidcEntry } from '../../catalog/catalog.ts'
import { nearest } from '../../lib/suggest.ts'
import { quote } from '../redact.ts'
import type { FileOidcApp } from '../schema/oidc-app.ts'
import { appName, tidyName } from './apps.ts'
import type { Checking } from './checking.ts'
import { portalHost } from './hosts.ts'

function checkSettings(checking: Checking, name: string, app: FileOidcApp): void {
  const settings = oidcEntry(app.kind)?.settings ?? {}
  const known = Object.keys(settings)
  for (const [key, value] of Object.entries(app.settings)) {
    const at = ['oidc_apps', name, 'settings', key]
    const setting = Object.hasOwn(settings, key) ? settings[key] : undefined
    if (setting === undefined) {
      const hint =
        known.length === 0
          ? 'nothing: take this key out'
          : (nearest(key, known) ?? `one of ${known.join(', ')}`)
      checking.fault(at, `"${app.kind}" has no setting ${quote(key)}.`, hint, 'key')
    } else if (setting.choices !== undefined && !setting.choices.includes(value))
      checking.fault(at, `${quote(value)} is not possible here.`, `one of ${setting.choices.join(', ')}`)
    else if (setting.shape !== undefined && !setting.shape.pattern.test(value)) {
      const { example } = setting
      const hint = `${setting.shape.says}${example === undefined ? '' : `, such as ${example}`}`
      checking.fault(at, `${quote(value)} is not possible here.`, hint)
    }
  }
  for (const [key, setting] of Object.entries(settings)) {
    if (setting.default !== undefined || setting.optional || Object.hasOwn(app.settings, key)) continue
    const hint = `settings: { ${key}: ${setting.example ?? '…'} }`
    checking.fault(['oidc_apps', name], `${setting.describe} The setting "${key}" is missing.`, hint, 'add')
  }
}

/** `oidc_apps`: names, settings of their kind, and addresses and client IDs that nobody else has. */
export function checkOidcApps(checking: Checking): void {
  const { file } = checking
  const portal = portalHost(checking)?.host
  const ids = new Map<string, string>()
  for (const [name, app] of Object.entries(file.oidc_apps ?? {})) {
    const at = ['oidc_apps', name]
    if (!appName.test(name))
      checking.fault(
        at,
        'The name of an app is small letters, digits and hyphens.',
        `${tidyName(name)}:`,
        'key',
      )
    if (file.apps !== undefined && Object.hasOwn(file.apps, name))
      checking.fault(at, `"${name}" is the name of an app below "apps" already.`, 'a name of its own', 'key')
    if (app.url.host === portal)
      checking.fault(
        [...at, 'url'],
        `"${portal}" is the host of the portal; an app needs another one.`,
        `https://${name}.${file.domain ?? 'example.com'}`,
      )
    const id = app.client_id ?? name
    const other = ids.get(id)
    if (other !== undefined)
      checking.fault([...at, 'client_id'], `"${id}" is the client_id of ${other} already.`, name)
    ids.set(id, name)
    if (app.kind === 'custom' && app.client.redirect_uris === undefined) {
      const hint = `client: { redirect_uris: [${app.url.url}/oauth2/callback] }`
      checking.fault(
        at,
        "Where the login comes back to is missing: the app's own documents name its redirect URI.",
        hint,
        'add',
      )
    }
    checkSettings(checking, name, app)
  }
}
