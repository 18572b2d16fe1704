import { clientOf, settingsOf } from '../catalog/client.ts'
import type { Deploy, OidcApp } from './model-oidc.ts'
import type { FileDeploy } from './schema/deploy.ts'
import type { FileConfig } from './schema/file.ts'
import type { FileOidcApp } from './schema/oidc-app.ts'
import { toTls } from './upstream-tls.ts'

type Absolute = (path: string) => string

/** Where the own authority's certificate stands on the machine that the house is rendered for. */
export const AUTHORITY = '/usr/local/share/ca-certificates/gatehouse.crt'

function toOidcApp(
  name: string,
  app: FileOidcApp,
  file: FileConfig,
  portal: string,
  absolute: Absolute,
): OidcApp {
  const { kind, url, policy, groups, consent, upstream } = app
  const own = file.deploy.certificates.from === 'own'
  const facts = {
    name,
    url: url.url,
    portal,
    domain: file.domain,
    settings: settingsOf(kind, app.settings),
    groups,
    ...(own ? { authority: AUTHORITY } : {}),
  }
  const overrides = app.client
  const client = clientOf(kind, facts, { client_id: app.client_id ?? name, policy, consent, overrides })
  const tls = toTls(app.upstream_tls, absolute)
  return {
    name,
    kind,
    facts,
    client,
    host: url.host,
    port: url.port,
    ...(upstream === undefined ? {} : { upstream }),
    ...(tls === undefined ? {} : { upstream_tls: tls }),
  }
}

/** `oidc_apps`, in the order of the file. @param portal the portal's origin */
export function toOidcApps(file: FileConfig, portal: string, absolute: Absolute): OidcApp[] {
  return Object.entries(file.oidc_apps).map(([name, app]) => toOidcApp(name, app, file, portal, absolute))
}

/** Every `{ file: … }` below a value with its path made absolute. */
function withAbsoluteSecrets<T>(value: T, absolute: Absolute): T {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const entries = Object.entries(value).filter(([, each]) => each !== undefined)
  const [only] = entries
  if (entries.length === 1 && only?.[0] === 'file' && typeof only[1] === 'string')
    return { file: absolute(only[1]) } as T
  return Object.fromEntries(entries.map(([key, each]) => [key, withAbsoluteSecrets(each, absolute)])) as T
}

/** `deploy`, with the paths of this machine absolute. */
export function toDeploy(deploy: FileDeploy, absolute: Absolute): Deploy {
  const { certificate, key } = deploy.certificates
  const more = deploy.authelia_more
  const { users, ...rest } = withAbsoluteSecrets({ ...deploy, users: { ldap: deploy.users.ldap } }, absolute)
  const made = {
    ...rest,
    users: { ...users, file: absolute(deploy.users.file) },
    ...(more === undefined ? {} : { authelia_more: absolute(more) }),
    certificates: {
      from: deploy.certificates.from,
      ...(certificate === undefined ? {} : { certificate: absolute(certificate) }),
      ...(key === undefined ? {} : { key: absolute(key) }),
    },
  }
  return made as Deploy
}
