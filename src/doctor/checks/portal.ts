/** Whether the portal answers, to browsers and to the gateway. */
import type { Config } from '../../config/model.ts'
import { type Answer, failed, type Seen } from '../outside.ts'
import { certificateOf, get, portalSite } from '../seen/sites.ts'
import { check, type Finding, fault, ok, type Premises, skipped } from '../types.ts'

interface PortalSeen {
  readonly reached: boolean
  /** By its public address, and by the one that the gateway uses. */
  readonly outer: Seen<Answer>
  readonly inner?: Seen<Answer>
}

async function probe(premises: Premises): Promise<PortalSeen> {
  const { config, outside } = premises
  const { host, port } = portalSite(config)
  const shown = await certificateOf(premises, host, port)
  const outer = await get(premises, `${config.session.portal}/api/health`)
  if (config.authelia === undefined) return { reached: !failed(shown), outer }
  const url = new URL('/api/health', config.authelia.url)
  const name = url.hostname.replace(/^\[|\]$/g, '')
  const found = await outside.lookup(name)
  const address = failed(found) ? undefined : found[0]
  const inner = failed(found) ? found : await outside.ask({ url: url.href, address: address ?? name })
  return { reached: !failed(shown), outer, inner }
}

const healthy = (answer: Seen<Answer>): boolean =>
  !failed(answer) && answer.status === 200 && /"status"\s*:\s*"OK"/.test(answer.body)

const said = (answer: Seen<Answer>): string =>
  failed(answer) ? answer.failed : `it answers ${answer.status}`

function judge({ reached, outer, inner }: PortalSeen, { authelia, session }: Config): Finding[] {
  const about = new URL(session.portal).hostname
  if (inner !== undefined && !healthy(inner))
    return [
      fault(about, {
        saw: `Authelia does not answer the gateway at ${authelia?.url ?? ''}: ${said(inner)}.`,
        why: 'The gateway lets nobody in without its answer: 503 everywhere.',
        do: 'systemctl status authelia, and journalctl -u authelia says why; "authelia.url" in gatehouse.yml must be where it listens (server.address).',
      }),
    ]
  if (!reached) return [skipped('Its address does not answer: see reach or dns.', about)]
  if (authelia === undefined && !failed(outer) && outer.status >= 502 && outer.status <= 504)
    return [skipped(`The gateway does not answer NGINX (${outer.status}): see gateway.`, about)]
  if (healthy(outer)) return [ok(about, authelia ? 'Authelia answers' : 'the built-in portal answers')]
  return [
    fault(about, {
      saw: `${session.portal} is not the portal: of /api/health ${failed(outer) ? outer.failed : `the answer is ${outer.status}`}.`,
      why: 'Nobody sees a login page.',
      do: `The site of NGINX for ${about} must pass every path on to ${authelia ? `Authelia (${authelia.url})` : 'the proxy door of the gateway'}, with Host, X-Forwarded-Proto and X-Forwarded-For.`,
    }),
  ]
}

export const portal = check({ id: 'portal', title: 'the portal answers', probe, judge })
