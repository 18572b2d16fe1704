import { checkApps } from './apps.ts'
import { checkCertificates } from './certificates.ts'
import type { Checking } from './checking.ts'
import { checkDeploy } from './deploy.ts'
import { checkAutheliaDeploy, checkAutheliaMore } from './deploy-authelia.ts'
import { checkFiles } from './files.ts'
import { checkHosts } from './hosts.ts'
import { checkListeners } from './listeners.ts'
import { checkOidcApps } from './oidc-apps.ts'
import { checkOidcClients } from './oidc-client.ts'
import { checkOidcSecrets } from './oidc-secrets.ts'
import { checkRules } from './rules.ts'
import { checkSession } from './session.ts'
import { checkUpstreams } from './upstreams.ts'

type Check = (checking: Checking) => void

/** What no single value can know: each looks at gatehouse.yml alone, so the order does not matter. */
export const ownChecks: readonly Check[] = [
  checkSession,
  checkHosts,
  checkListeners,
  checkApps,
  checkOidcApps,
  checkOidcClients,
  checkRules,
  checkUpstreams,
  checkDeploy,
  checkAutheliaDeploy,
]

/** The same, with the files that it names: they must be there and of the right kind. */
export const checks: readonly Check[] = [
  ...ownChecks,
  checkCertificates,
  checkFiles,
  checkOidcSecrets,
  checkAutheliaMore,
]
