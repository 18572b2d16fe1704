/** Every check, from what all else stands on to what stands on it. */
import { accessControl } from './checks/access-control.ts'
import { certificates } from './checks/certificates.ts'
import { clientSecrets } from './checks/client-secrets.ts'
import { clock } from './checks/clock.ts'
import { cookieDomain } from './checks/cookie-domain.ts'
import { discovery } from './checks/discovery.ts'
import { dns } from './checks/dns.ts'
import { forgedHeaders } from './checks/forged-headers.ts'
import { gateway } from './checks/gateway.ts'
import { ldap } from './checks/ldap.ts'
import { listeners } from './checks/listeners.ts'
import { login } from './checks/login.ts'
import { loopback } from './checks/loopback.ts'
import { mail } from './checks/mail.ts'
import { forwarded, headerBuffers, streams, uploads, websocket } from './checks/nginx-sites.ts'
import { portal } from './checks/portal.ts'
import { reach } from './checks/reach.ts'
import { redirectUris } from './checks/redirect-uris.ts'
import { secretFiles } from './checks/secret-files.ts'
import { users } from './checks/users.ts'
import { verdictScope } from './checks/verdict-scope.ts'
import { versions } from './checks/versions.ts'
import type { Check } from './types.ts'

export const CHECKS: readonly Check[] = [
  versions,
  clock,
  dns,
  reach,
  certificates,
  gateway,
  listeners,
  portal,
  cookieDomain,
  login,
  forgedHeaders,
  loopback,
  accessControl,
  verdictScope,
  streams,
  users,
  ldap,
  mail,
  secretFiles,
  discovery,
  redirectUris,
  clientSecrets,
  forwarded,
  uploads,
  websocket,
  headerBuffers,
]
