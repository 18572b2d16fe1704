/** Whether each address of the house answers, by TLS. */
import { failed, type Seen, type Shown } from '../outside.ts'
import { addressesOf, certificateOf, type Site, sites } from '../seen/sites.ts'
import { check, type Finding, fault, ok, type Premises, skipped } from '../types.ts'

export interface Knocked {
  readonly site: Site
  readonly resolves: boolean
  readonly shown: Seen<Shown>
}

export function knock(premises: Premises): Promise<readonly Knocked[]> {
  return Promise.all(
    sites(premises.config).map(async site => ({
      site,
      resolves: !failed(await addressesOf(premises, site.host)),
      shown: await certificateOf(premises, site.host, site.port),
    })),
  )
}

function closed(site: Site, said: string): Finding {
  const own = site.kind === 'oidc'
  return fault(site.host, {
    saw: `${site.origin} (${site.label}) does not answer: ${said}.`,
    why: site.kind === 'portal' ? 'Nobody can log in anywhere.' : 'Nobody can open it.',
    do: own
      ? `Look whether the app runs, and whether ${site.port} is its port (oidc_apps.${site.app}.url).`
      : `Look whether NGINX runs (systemctl status nginx) and listens on ${site.port}: that is public_port.`,
  })
}

function judge(seen: readonly Knocked[]): Finding[] {
  return seen.map(({ site, resolves, shown }) => {
    if (!resolves) return skipped('Its name does not resolve: see dns.', site.host)
    return failed(shown) ? closed(site, shown.failed) : ok(site.host, `answers on port ${site.port}`)
  })
}

export const reach = check({
  id: 'reach',
  title: 'the portal and every app answer by https',
  probe: knock,
  judge,
})
