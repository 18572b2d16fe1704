/** Making the house's own authority and the certificate of its site; nothing is written here. */
import type { Config } from '../../config/model.ts'
import { authorityDomains, certificateNames } from './names.ts'
import type { Pair } from './x509.ts'

/** Ten years. */
const AUTHORITY_DAYS = 3650
/** Browsers take 398 days at most of authorities that they know themselves, and some of any. */
const LEAF_DAYS = 397

// What makes certificates is brought in when one is made, which is once a year.
const making = () => import('./x509.ts')

/** A new authority for the domains of this house. @param now milliseconds since the epoch */
export async function issueAuthority(config: Config, now: number): Promise<Pair> {
  const { makeAuthority } = await making()
  // The day tells the owner of a phone the old authority from the new one.
  const day = new Date(now).toISOString().slice(0, 10)
  const subject = [{ CN: [`${config.domain} authority of ${day}`.slice(-64)] }, { O: ['Gatehouse'] }]
  return makeAuthority(subject, authorityDomains(config), { now, days: AUTHORITY_DAYS })
}

/**
 * The certificate of the site, with the authority's behind it.
 * @param key the site's key where it is kept, so that a renewal replaces one file alone
 */
export async function issueSite(config: Config, authority: Pair, now: number, key?: string): Promise<Pair> {
  const { makeLeaf } = await making()
  const leaf = await makeLeaf(authority, certificateNames(config), { now, days: LEAF_DAYS }, key)
  return { certificate: leaf.certificate + authority.certificate, key: leaf.key }
}
