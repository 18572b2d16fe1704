/** What is wrong with the house's own certificates. Pure: texts come in, words go out. */
import type { Config } from '../../config/model.ts'
import { SECRETS } from '../../config/secret-files.ts'
import { isEcKey, isPair, issuedBy, namesOf, readPem } from './look.ts'
import { authorityDomains, certificateNames } from './names.ts'
import { permittedDomains } from './permitted.ts'

const DAY = 86_400_000

/** A certificate is issued anew when no more than this is left of it. */
export const RENEW_DAYS = 30
/** The owner hears of the authority's end so long before: all devices have to be visited. */
const WARN_DAYS = 60

/** The texts of the files, as far as they are there. The authority's key is not among them: it is read to sign alone. */
export interface OwnTexts {
  readonly authority: string | undefined
  readonly site: string | undefined
  readonly siteKey: string | undefined
}

export interface Fault {
  readonly name: string
  /** A sentence, with the name, that says what to do. */
  readonly message: string
}

const faultOf = (name: string, what: string): Fault => ({ name, message: `${name} ${what}.` })
const date = (time: Date): string => time.toISOString().slice(0, 10)
const ROTATE = `gatehouse secret rotate ${SECRETS.authority}`

/** What is wrong with the authority, which nobody but its owner may replace: every device would have to trust anew. */
export function judgeAuthority(config: Config, text: string, now: number): Fault | undefined {
  const fault = (what: string): Fault => faultOf(SECRETS.authority, what)
  const certificate = readPem(text)
  if (certificate === undefined) return fault('is no certificate in PEM: put the right file back')
  if (!certificate.ca) return fault('is not the certificate of an authority: put the right file back')
  const { validToDate } = certificate
  if (validToDate.getTime() <= now + WARN_DAYS * DAY)
    return fault(`ends on ${date(validToDate)}: ${ROTATE}, and have every device trust the new one`)
  const permitted = permittedDomains(certificate.raw)
  const refused = authorityDomains(config).filter(
    host =>
      permitted !== undefined && !permitted.some(domain => host === domain || host.endsWith(`.${domain}`)),
  )
  if (refused.length === 0) return undefined
  return fault(
    `may sign for ${permitted?.join(', ')} alone, not for ${refused.join(', ')}: ${ROTATE}, and have every device trust the new one`,
  )
}

/** What is wrong with the site's files that somebody else put there. */
export function judgeSite({ authority, site, siteKey }: OwnTexts): Fault | undefined {
  if (siteKey !== undefined && !isEcKey(siteKey))
    return faultOf(
      SECRETS.certificateKey,
      'is no key on the curve P-256: remove it and run: gatehouse secret make',
    )
  if (site === undefined || authority === undefined || issuedBy(site, authority)) return undefined
  return faultOf(
    SECRETS.certificate,
    `was not signed by ${SECRETS.authority}: remove it and run "gatehouse secret make", or say "from: files" below deploy.certificates and name it there`,
  )
}

/** Why the site's certificate has to be issued (anew); undefined while it is good. */
export function due(config: Config, { site, siteKey }: OwnTexts, now: number): string | undefined {
  const certificate = site === undefined ? undefined : readPem(site)
  if (site === undefined || certificate === undefined) return 'there was none'
  if (siteKey === undefined) return 'its key was gone'
  if (!isPair(site, siteKey)) return 'its key was another one'
  const has = new Set(namesOf(site))
  const missing = certificateNames(config).filter(name => !has.has(name))
  if (missing.length > 0) return `it was not for ${missing.join(', ')}`
  const left = Math.floor((certificate.validToDate.getTime() - now) / DAY)
  if (certificate.validFromDate.getTime() > now) return 'it began in the future'
  if (left < 0) return `it ended on ${date(certificate.validToDate)}`
  return left <= RENEW_DAYS ? `it had ${left} ${left === 1 ? 'day' : 'days'} left` : undefined
}
