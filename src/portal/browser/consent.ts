/** /consent/openid/decision: whether an app may know who somebody is. */
import type { Live } from '../live-session.ts'
import { consentPage } from '../pages/consent.ts'
import { entry } from './entry.ts'
import { goOnErrand } from './onward.ts'
import { here, type Page, seeOther, show, type Visit } from './visit.ts'

function page(visit: Visit, live: Live, errand: NonNullable<Visit['errand']>) {
  const { host, port, protocol } = new URL(errand.returnsTo)
  const view = {
    host: visit.host,
    flow: errand.sealed,
    username: live.user.name,
    asking: errand.app.client_name,
    scopes: errand.scopes,
    returnsTo: host === '' && port === '' ? protocol : host,
  }
  return show(visit, 200, consentPage(view))
}

export const ask: Page = visit => {
  const { errand, live, core } = visit
  if (errand === undefined) return seeOther('/')
  const missing = core.oidc()?.missing(errand, live)
  // The password again, for an app that wants it anew: the same page as ever, at the address that Authelia uses.
  if (live === undefined || missing === 'login') return entry(visit)
  if (missing === 'consent') return page(visit, live, errand)
  return goOnErrand(visit, live) ?? seeOther('/')
}

export const decide: Page = visit => {
  const { errand, live, core, fields } = visit
  const oidc = core.oidc()
  if (errand === undefined || oidc === undefined) return seeOther('/')
  if (live === undefined) return seeOther(here('/', visit))
  if (oidc.missing(errand, live) !== 'consent') return goOnErrand(visit, live) ?? seeOther('/')
  const answer = fields.get('decision')
  // Whoever reads the page is who answers it: it may have been shown to somebody who has left since.
  if (fields.get('as') !== live.user.name || (answer !== 'allow' && answer !== 'refuse'))
    return page(visit, live, errand)
  oidc.decide(errand, live, answer === 'allow')
  const audit = answer === 'allow' ? 'consent' : 'consent-refused'
  const facts = { audit, user: live.user.name, client: errand.client, address: visit.request.client }
  core.log.info(facts, answer === 'allow' ? 'an app may know who somebody is' : 'an app was refused')
  return seeOther(oidc.resume(errand))
}
