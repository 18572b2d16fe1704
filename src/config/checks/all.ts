import { checkApps } from './apps.ts'
import { checkCertificates } from './certificates.ts'
import type { Checking } from './checking.ts'
import { checkDeploy } from './deploy.ts'
import { checkFiles } from './files.ts'
import { checkHosts } from './hosts.ts'
import { checkListeners } from './listeners.ts'
import { checkOidcApps } from './oidc-apps.ts'
import { checkRules } from './rules.ts'
import { checkSession } from './session.ts'
import { checkUpstreams } from './upstreams.ts'

/** Everything that no single value can know: each looks at the file alone, so the order does not matter. */
export const checks: readonly ((checking: Checking) => void)[] = [
  checkSession,
  checkHosts,
  checkListeners,
  checkApps,
  checkOidcApps,
  checkRules,
  checkUpstreams,
  checkCertificates,
  checkDeploy,
  checkFiles,
]
