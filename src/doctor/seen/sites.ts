/** The addresses of the house as browsers see them, and what answers there. */
import type { Config } from '../../config/model.ts'
import { type Answer, failed, type Seen, type Shown } from '../outside.ts'
import type { Premises } from '../types.ts'
import { ownAuthority } from './authority.ts'

export interface Site {
  /** What it is for a person: `the portal`, `apps.cams`, `oidc_apps.pve`. */
  readonly label: string
  readonly kind: 'portal' | 'app' | 'oidc'
  readonly host: string
  readonly port: number
  /** `https://cams.example.com[:port]`. */
  readonly origin: string
  /** The name below `apps` or `oidc_apps`; empty for the portal. */
  readonly app: string
}

/** `host`, with the port where it is not 443. */
export const authorityOf = (host: string, port: number): string => (port === 443 ? host : `${host}:${port}`)

function site(kind: Site['kind'], label: string, app: string, host: string, port: number): Site {
  return { kind, label, app, host, port, origin: `https://${authorityOf(host, port)}` }
}

export function portalSite({ session }: Config): Site {
  const { hostname, port } = new URL(session.portal)
  return site('portal', 'the portal', '', hostname, Number(port || 443))
}

/** The portal first, then apps, then OpenID Connect apps, in the order of the file. */
export function sites(config: Config): readonly Site[] {
  return [
    portalSite(config),
    ...config.apps.flatMap(({ name, hosts }) =>
      hosts.map(host => site('app', `apps.${name}`, name, host, config.public_port)),
    ),
    ...config.oidc_apps.map(({ name, host, port }) => site('oidc', `oidc_apps.${name}`, name, host, port)),
  ]
}

/** Every address that a host has. */
export function addressesOf(premises: Premises, host: string): Promise<Seen<readonly string[]>> {
  const { at, outside } = premises
  if (at !== undefined) return Promise.resolve([at])
  return premises.once(`lookup ${host}`, () => outside.lookup(host))
}

/** The address to ask at. */
async function firstAddress(premises: Premises, host: string): Promise<Seen<string>> {
  const found = await addressesOf(premises, host)
  if (failed(found)) return found
  return found[0] ?? { failed: 'the name has no address', code: 'ENOTFOUND' }
}

/** The certificate that a host shows. */
export function certificateOf(premises: Premises, host: string, port: number): Promise<Seen<Shown>> {
  return premises.once(`tls ${host} ${port}`, async () => {
    const [address, own] = await Promise.all([firstAddress(premises, host), ownAuthority(premises)])
    if (failed(address)) return address
    const trust = [...premises.outside.trusted(), ...(own === undefined ? [] : [own])]
    return premises.outside.handshake(host, { address, port }, trust)
  })
}

/** A request to an address of the house, as a browser without any session sends it; redirects are not followed. */
export function get(
  premises: Premises,
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Seen<Answer>> {
  return premises.once(`get ${url} ${JSON.stringify(headers)}`, async () => {
    const address = await firstAddress(premises, new URL(url).hostname)
    return failed(address) ? address : premises.outside.ask({ url, address, headers })
  })
}

/** What a browser says when a person types an address. */
export const PAGE_LOAD = {
  accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
  'sec-fetch-dest': 'document',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-site': 'none',
} as const

/** Whether the portal answers at all: what needs it is left out otherwise. */
export async function portalAnswers(premises: Premises): Promise<boolean> {
  const answer = await get(premises, `${premises.config.session.portal}/api/health`)
  return !failed(answer) && answer.status === 200
}

/** The first value of a header. */
export const header = ({ headers }: Answer, name: string): string | undefined => headers[name]?.[0]
