/** What the provider says of itself, which apps believe to the letter (OpenID Connect Discovery 1.0, 4.3). */
import { endpoints } from '../../catalog/endpoints.ts'
import type { Config } from '../../config/model.ts'
import { type Answer, failed, type Seen } from '../outside.ts'
import { get, portalAnswers, portalSite } from '../seen/sites.ts'
import { check, type Finding, fault, ok, type Premises, skipped } from '../types.ts'

interface DiscoverySeen {
  readonly portal: boolean
  readonly answer?: Seen<Answer>
}

async function probe(premises: Premises): Promise<DiscoverySeen> {
  const { config } = premises
  const portal = await portalAnswers(premises)
  if (!portal || config.oidc_apps.length === 0) return { portal }
  return { portal, answer: await get(premises, endpoints(config.session.portal).discovery) }
}

function parseObject(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

const WHY = 'Apps compare it with the address that they were given, letter by letter, and refuse the login.'

function issuerFault(issuer: string, config: Config): Finding | undefined {
  const { portal } = config.session
  if (issuer === portal) return undefined
  const url = URL.parse(issuer)
  const host = url?.hostname ?? ''
  const saw = `The discovery document says that its issuer is ${issuer}, and the portal is ${portal}.`
  const { about } = { about: portalSite(config).host }
  if (/(^|\.)example\.(com|org|net)$/.test(host) && !config.domain.startsWith('example.'))
    return fault(about, {
      saw: `${saw} That is the address of the example.`,
      why: WHY,
      do: "An example was left in a configuration: look for example.com in Authelia's (session.cookies, authelia_url) and in NGINX's (proxy_set_header Host, X-Forwarded-Host).",
    })
  if (url?.protocol === 'http:' && `https:${issuer.slice(5)}` === portal)
    return fault(about, {
      saw: `${saw} The scheme is http.`,
      why: `${WHY} Authelia takes the scheme from X-Forwarded-Proto.`,
      do: 'Write "proxy_set_header X-Forwarded-Proto $scheme;" into the portal\'s site of NGINX, and let browsers come in by https.',
    })
  if (issuer.replace(/\/$/, '') === portal)
    return fault(about, {
      saw: `${saw} It has a slash at the end.`,
      why: WHY,
      do: 'Something rewrites it on the way: nothing may stand between NGINX and the portal that does.',
    })
  if (url !== null && url.hostname === new URL(portal).hostname)
    return fault(about, {
      saw: `${saw} The port is another.`,
      why: `${WHY} Authelia takes it from X-Forwarded-Host.`,
      do: 'Write "proxy_set_header X-Forwarded-Host $http_host;" into the portal\'s site of NGINX; "public_port" in gatehouse.yml is the port that browsers use.',
    })
  return fault(about, {
    saw,
    why: `${WHY} Authelia takes it from X-Forwarded-Host.`,
    do: 'Write "proxy_set_header X-Forwarded-Host $http_host;" into the portal\'s site of NGINX, or correct the portal\'s address in gatehouse.yml.',
  })
}

function judge({ portal, answer }: DiscoverySeen, config: Config): Finding[] {
  if (config.oidc_apps.length === 0) return [skipped('There are no oidc_apps.')]
  if (!portal || answer === undefined) return [skipped('The portal does not answer: see portal.')]
  const { session } = config
  const at = endpoints(session.portal)
  const about = portalSite(config).host
  if (failed(answer) || answer.status !== 200) {
    const said = failed(answer) ? answer.failed : `it answers ${answer.status}`
    return [
      fault(about, {
        saw: `There is no discovery document at ${at.discovery}: ${said}.`,
        why: 'Apps that are set up by the issuer alone cannot log anybody in.',
        do: config.portal
          ? 'The gateway that runs knows no oidc_apps: restart it with this configuration (gatehouse check, then systemctl reload gatehouse).'
          : 'Authelia has no OpenID Connect provider: identity_providers.oidc is missing in its configuration, or it was not restarted. gatehouse apply writes it. A 400 says that NGINX does not pass X-Forwarded-Proto and X-Forwarded-Host on.',
      }),
    ]
  }
  const document = parseObject(answer.body)
  if (document === undefined)
    return [
      fault(about, {
        saw: `What stands at ${at.discovery} is no JSON.`,
        why: 'Apps cannot read it.',
        do: "A page of another program is served there: look at the portal's site of NGINX, which must pass every path on.",
      }),
    ]
  const issuer = issuerFault(String(document.issuer), config)
  if (issuer !== undefined) return [issuer]
  const expected: readonly [string, string][] = [
    ['authorization_endpoint', at.authorization],
    ['token_endpoint', at.token],
    ['userinfo_endpoint', at.userinfo],
    ['jwks_uri', at.jwks],
  ]
  const wrong = expected.filter(([key, address]) => document[key] !== address)
  if (wrong.length === 0) return [ok(about, `issuer ${session.portal}`)]
  return [
    fault(about, {
      saw: `The discovery document names ${wrong.map(([key, address]) => `${key} ${String(document[key])} (${address} is right)`).join(', ')}.`,
      why: 'Apps send browsers and tokens there.',
      do: "Something rewrites it on the way, or another provider answers there: look at the portal's site of NGINX.",
    }),
  ]
}

export const discovery = check({
  id: 'discovery',
  title: "the provider's discovery document says what apps are told",
  probe,
  judge,
})
