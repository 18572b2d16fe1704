/** Authelia's API as far as the portal serves it: path, method, handler. */
import { CONSENT_API } from '../oidc/paths.ts'
import { type Handler, known } from './call.ts'
import { showConsent, takeConsent } from './consent.ts'
import { firstFactor } from './first-factor.ts'
import { elevate, elevation, registerTotp, secondFactor, totpDevice } from './second-factor.ts'
import { configuration, health, logout, passwordPolicy, safeRedirection, state } from './session.ts'
import { userInfo } from './user-info.ts'

export const API: Readonly<Record<string, Readonly<Record<string, Handler>>>> = {
  '/api/health': { GET: health, HEAD: health },
  '/api/state': { GET: state },
  '/api/configuration': { GET: known(configuration) },
  '/api/configuration/password-policy': { GET: passwordPolicy },
  '/api/user/info': { GET: known(userInfo), POST: known(userInfo) },
  '/api/firstfactor': { POST: firstFactor },
  '/api/secondfactor/totp': { GET: known(totpDevice), POST: known(secondFactor) },
  '/api/secondfactor/totp/register': {
    GET: known(registerTotp),
    PUT: known(registerTotp),
    POST: known(registerTotp),
  },
  '/api/user/session/elevation': { GET: known(elevation), POST: known(elevate), PUT: known(elevate) },
  '/api/logout': { POST: logout },
  [CONSENT_API]: { GET: known(showConsent), POST: known(takeConsent) },
  '/api/checks/safe-redirection': { POST: safeRedirection },
}
