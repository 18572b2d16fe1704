/** The certificates that browsers and apps get to see: dates, names, chain. */
import type { X509Certificate } from 'node:crypto'
import { failed, type Shown } from '../outside.ts'
import { ownAuthority, parsed } from '../seen/authority.ts'
import type { Site } from '../seen/sites.ts'
import { check, type Finding, fault, ok, type Premises, skipped, warning } from '../types.ts'
import { type Knocked, knock } from './reach.ts'

const DAY = 86_400_000
/** Below this a renewal has failed already: certbot renews 30 days ahead. */
const SOON = 14

interface Seen {
  readonly sites: readonly Knocked[]
  readonly now: number
  readonly own?: X509Certificate
  /** Whether this machine's own programs trust it. */
  readonly ownTrusted: boolean
  readonly ownFile: string
}

async function probe(premises: Premises): Promise<Seen> {
  const [sites, pem] = await Promise.all([knock(premises), ownAuthority(premises)])
  const own = pem === undefined ? undefined : parsed(pem)
  const { outside, config } = premises
  const trusted = outside.trusted().some(one => parsed(one)?.fingerprint256 === own?.fingerprint256)
  return {
    sites,
    now: outside.clock(),
    ...(own === undefined ? {} : { own }),
    ownTrusted: trusted,
    ownFile: `${config.secrets}/certificates/authority.pem`,
  }
}

const issuer = (certificate: X509Certificate): string =>
  /(?:^|\n)CN=([^\n]*)/.exec(certificate.issuer)?.[1] ?? certificate.issuer.replaceAll('\n', ', ')

function renewing({ kind }: Site, own: boolean): string {
  if (kind === 'oidc') return "Renew it in the app, then restart the app's web server."
  if (own) return 'gatehouse apply makes a new one and reloads NGINX.'
  return 'Renew it (certbot renew, or acme.sh --cron) and reload NGINX: systemctl reload nginx.'
}

function dates(site: Site, certificate: X509Certificate, { now, own }: Seen): Finding | undefined {
  const from = Date.parse(certificate.validFrom)
  const to = Date.parse(certificate.validTo)
  const renew = renewing(site, own !== undefined && certificate.checkIssued(own))
  const day = (time: number): string => new Date(time).toISOString().slice(0, 10)
  if (now > to)
    return fault(site.host, {
      saw: `The certificate of ${site.host} expired on ${day(to)}.`,
      why: 'Browsers warn of an attack, and apps refuse to talk to it at all.',
      do: renew,
    })
  if (now < from)
    return fault(site.host, {
      saw: `The certificate of ${site.host} begins on ${day(from)} only, and this machine thinks that it is ${day(now)}.`,
      why: 'Nobody takes it before that day.',
      do: 'If the date of this machine is wrong, set it: timedatectl set-ntp true.',
    })
  if (to - now > SOON * DAY) return undefined
  return warning(site.host, {
    saw: `The certificate of ${site.host} expires on ${day(to)}, in ${Math.floor((to - now) / DAY)} days.`,
    why: 'Whatever should have renewed it by now did not, and then nobody gets in.',
    do: renew,
  })
}

function names(site: Site, certificate: X509Certificate): Finding | undefined {
  if (certificate.checkHost(site.host, { subject: 'never' }) !== undefined) return undefined
  const has = certificate.subjectAltName?.replaceAll('DNS:', '') ?? 'no name at all'
  return fault(site.host, {
    saw: `The certificate that ${site.host} shows is for ${has}.`,
    why: 'Browsers warn of an attack, and apps refuse to talk to it.',
    do: `Get a certificate that has ${site.host} in it (a wildcard reaches one level: *.example.com is not a.b.example.com), and look whether NGINX has a server with "server_name ${site.host}" on that port.`,
  })
}

function chain(site: Site, certificate: X509Certificate, { sent, distrust }: Shown): Finding | undefined {
  if (distrust === undefined || /EXPIRED|NOT_YET_VALID|ALTNAME/.test(distrust)) return undefined
  const why = 'Browsers may have seen the rest elsewhere; PHP, Java, Go and phones have not, and refuse it.'
  if (/^DEPTH_ZERO/.test(distrust))
    return fault(site.host, {
      saw: `The certificate of ${site.host} is signed by itself.`,
      why: 'Browsers warn of it, and apps refuse to talk to it.',
      do: 'Use one of an authority: "deploy.certificates" in gatehouse.yml can make an own one, or take files from certbot.',
    })
  if (/UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT/.test(distrust) && sent <= 1)
    return fault(site.host, {
      saw: `${site.host} shows its own certificate alone; the one of "${issuer(certificate)}", which signed it, is missing.`,
      why,
      do: 'Let ssl_certificate name the file with the whole chain (certbot: fullchain.pem, not cert.pem), and reload NGINX.',
    })
  return fault(site.host, {
    saw: `This machine does not trust "${issuer(certificate)}", which signed the certificate of ${site.host} (${distrust}).`,
    why,
    do: "Put that authority's certificate into /usr/local/share/ca-certificates/ as a .crt file and run update-ca-certificates.",
  })
}

function judge(seen: Seen): Finding[] {
  const found = seen.sites.map(({ site, shown }): Finding => {
    if (failed(shown)) return skipped('It does not answer: see reach or dns.', site.host)
    const certificate = parsed(shown.certificate)
    if (certificate === undefined) return skipped('Its certificate cannot be read.', site.host)
    const days = Math.floor((Date.parse(certificate.validTo) - seen.now) / DAY)
    return (
      dates(site, certificate, seen) ??
      names(site, certificate) ??
      chain(site, certificate, shown) ??
      ok(site.host, `from "${issuer(certificate)}", good for ${days} more days`)
    )
  })
  if (seen.own === undefined || seen.ownTrusted) return found
  return [
    ...found,
    warning('', {
      saw: `This machine does not trust the house's own authority (${seen.ownFile}).`,
      why: 'Apps that run here (PHP, Gitea, occ) cannot reach the portal: "certificate verify failed".',
      do: `cp ${seen.ownFile} /usr/local/share/ca-certificates/gatehouse.crt && update-ca-certificates, then restart the apps.`,
    }),
  ]
}

export const certificates = check({
  id: 'certificates',
  title: 'certificates are in date, for the right names, with their whole chain',
  probe,
  judge,
})
