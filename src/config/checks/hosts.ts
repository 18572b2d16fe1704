import type { Path } from '../fault.ts'
import type { FileApp } from '../schema/file.ts'
import type { Checking } from './checking.ts'

/** Every host of an app with its place; the default one stands at the app's name. */
export function hostsOf(
  name: string,
  app: FileApp,
  domain: string | undefined,
): { host: string; path: Path }[] {
  const found = (app.hosts ?? []).map((host, index) => ({
    host,
    path: ['apps', name, 'hosts', index] as Path,
  }))
  if (app.host !== undefined) found.unshift({ host: app.host, path: ['apps', name, 'host'] })
  if (found.length > 0 || domain === undefined) return found
  return [{ host: `${name}.${domain}`, path: ['apps', name] }]
}

/** Whether the session cookie of `domain` reaches a host. */
export const inside = (host: string, domain: string): boolean =>
  host === domain || host.endsWith(`.${domain}`)

/** The portal's host, whichever way it is named, with its place. */
export function portalHost({ file }: Checking): { host: string; path: Path } | undefined {
  const { authelia, portal, domain } = file
  if (authelia?.portal !== undefined) return { host: authelia.portal.host, path: ['authelia', 'portal'] }
  if (portal?.host !== undefined) return { host: portal.host, path: ['portal', 'host'] }
  if (domain === undefined) return undefined
  return { host: `auth.${domain}`, path: authelia === undefined ? ['portal'] : ['authelia'] }
}

function outside(checking: Checking, host: string, path: Path, domain: string, first: string): void {
  const message = `"${host}" is not inside the domain ${domain}, so the session cookie cannot reach it.`
  checking.fault(path, message, `${first}.${domain}`)
}

/** Hosts: inside the domain, one app each, and the portal's for the portal alone. */
export function checkHosts(checking: Checking): void {
  const { file } = checking
  const portal = portalHost(checking)
  const taken = new Map<string, string>()
  if (portal !== undefined && file.domain !== undefined && !inside(portal.host, file.domain)) {
    outside(
      checking,
      portal.host,
      portal.path,
      file.domain,
      portal.path[0] === 'authelia' ? 'https://auth' : 'auth',
    )
  }
  for (const [name, app] of Object.entries(file.apps ?? {})) {
    if (app.host !== undefined && app.hosts !== undefined) {
      checking.fault(
        ['apps', name, 'hosts'],
        'An app has "host" or "hosts", not both.',
        `hosts: [${[app.host, ...app.hosts].join(', ')}]`,
        'key',
      )
    }
    for (const { host, path } of hostsOf(name, app, file.domain)) {
      const other = taken.get(host)
      const atName = path.length === 2
      if (file.domain !== undefined && !inside(host, file.domain))
        outside(checking, host, path, file.domain, host.split('.')[0] ?? name)
      else if (host === portal?.host) {
        checking.fault(
          path,
          `"${host}" is the host of the portal; an app needs another one.`,
          atName
            ? `another name, or host: ${name}-app.${file.domain ?? 'example.com'}`
            : `${name}.${file.domain ?? 'example.com'}`,
          atName ? 'key' : undefined,
        )
      } else if (other !== undefined) {
        checking.fault(
          path,
          other === name
            ? `"${host}" stands here twice.`
            : `"${host}" is the host of the app ${other} already.`,
          other === name ? 'it once' : 'a host of its own',
          atName ? 'key' : undefined,
        )
      }
      taken.set(host, name)
    }
  }
}
