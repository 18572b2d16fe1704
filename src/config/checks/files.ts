import type { Path } from '../fault.ts'
import { readCertificate } from './certificates.ts'
import type { Checking, Finding } from './checking.ts'
import { hostsOf } from './hosts.ts'
import { readText } from './read-text.ts'

function pass(checking: Checking, path: Path, findings: readonly Finding[]): void {
  for (const { severity, message, hint } of findings) {
    if (severity === 'fault') checking.fault(path, message, hint)
    else checking.warn(path, message, hint)
  }
}

/** Users, Authelia's configuration and the certificates of upstreams: there, readable, of the right kind. */
export function checkFiles(checking: Checking): void {
  const { file, inspect } = checking
  for (const [name, app] of Object.entries(file.apps ?? {})) {
    const ca = app.upstream_tls?.ca
    if (ca === undefined) continue
    const path = ['apps', name, 'upstream_tls', 'ca']
    const text = readText(checking, path, ca)
    if (text !== undefined) readCertificate(checking, path, text)
  }
  if (file.portal !== undefined) {
    const path = ['portal', 'users']
    const text = readText(checking, path, file.portal.users)
    if (text !== undefined)
      pass(checking, path, inspect.users?.({ path: checking.absolute(file.portal.users), text }) ?? [])
  }
  const configuration = file.authelia?.configuration
  if (file.authelia === undefined || configuration === undefined) return
  const path = ['authelia', 'configuration']
  const text = readText(checking, path, configuration)
  if (text === undefined) return
  const { domain = '', apps = {} } = file
  const hosts = Object.entries(apps).flatMap(([name, app]) =>
    hostsOf(name, app, domain).map(({ host }) => host),
  )
  const input = {
    path: checking.absolute(configuration),
    text,
    domain,
    hosts,
    scope: file.authelia.verdict_scope,
  }
  pass(checking, path, inspect.authelia?.(input) ?? [])
}
