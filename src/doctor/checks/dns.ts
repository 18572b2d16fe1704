/** Whether each host leads somewhere, and all of them to one place. */
import { isLoopback } from '../../lib/address.ts'
import { failed, type Seen } from '../outside.ts'
import { addressesOf, type Site, sites } from '../seen/sites.ts'
import { check, type Finding, fault, ok, type Premises, skipped, warning } from '../types.ts'

interface Named {
  readonly site: Site
  readonly addresses: Seen<readonly string[]>
}

interface DnsSeen {
  /** Whether DNS was asked at all. */
  readonly at?: string
  readonly names: readonly Named[]
  /** This machine's own. */
  readonly here: readonly string[]
}

async function probe(premises: Premises): Promise<DnsSeen> {
  const { at, config, outside } = premises
  if (at !== undefined) return { at, names: [], here: [] }
  const all = sites(config).filter(({ host }, n, list) => list.findIndex(other => other.host === host) === n)
  const names = all.map(async site => ({ site, addresses: await addressesOf(premises, site.host) }))
  return { names: await Promise.all(names), here: outside.addresses() }
}

/** @param here this machine's own addresses */
function judge({ at, names, here }: DnsSeen): Finding[] {
  if (at !== undefined) return [skipped(`DNS was not asked: --at ${at}.`)]
  const missing = names.flatMap(({ site, addresses }): Finding[] => {
    if (!failed(addresses)) return []
    return [
      fault(site.host, {
        saw: `The name ${site.host} (${site.label}) does not resolve: ${addresses.failed}.`,
        why: 'Browsers cannot find it, and apps cannot reach the portal by it.',
        do: `Add ${site.host} to your DNS: a record of its own or a wildcard, in the router or Pi-hole for the home network too.`,
      }),
    ]
  })
  const mine = (address: string): boolean => isLoopback(address) || here.includes(address)
  // An app with its own TLS (Proxmox) may stand on another machine; what is behind our NGINX may not.
  const ours = names.flatMap(({ site, addresses }) =>
    failed(addresses) || site.kind === 'oidc' ? [] : [{ host: site.host, addresses }],
  )
  const home = ours.filter(({ addresses }) => addresses.some(mine))
  const away = ours.filter(({ addresses }) => !addresses.some(mine))
  if (home.length > 0 && away.length > 0) {
    const list = away.map(({ host, addresses }) => `${host} → ${addresses.join(', ')}`)
    return [
      ...missing,
      warning('', {
        saw: `Some names lead to this machine and others elsewhere: ${list.join('; ')}.`,
        why: 'Inside the home network part of the house is reached directly and part by the way around, or not at all.',
        do: 'Let all names of the house lead to the same address, here and outside.',
      }),
    ]
  }
  if (missing.length > 0 || ours.length === 0) return missing
  const [first] = away
  return [
    ok(
      '',
      first === undefined
        ? `${names.length} names resolve, the house's to this machine`
        : `${names.length} names resolve, the house's to ${first.addresses.join(', ')}, which must be what leads here (a router, a proxy)`,
    ),
  ]
}

export const dns = check({ id: 'dns', title: 'every name resolves, to one place', probe, judge })
