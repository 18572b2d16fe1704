/** Walks a login as far as one gets without a password: from each app to the portal, by one redirect. */
import { accessControlOf } from '../../authz/ground.ts'
import { compile, outcome } from '../../authz/policy.ts'
import type { App, Config } from '../../config/model.ts'
import { type Answer, failed, type Seen } from '../outside.ts'
import { get, header, PAGE_LOAD, type Site, sites } from '../seen/sites.ts'
import { check, type Finding, fault, ok, type Premises, skipped } from '../types.ts'

interface Walk {
  readonly site: Site
  /** What the rules of gatehouse.yml say of a stranger at `/`. */
  readonly expected: 'allow' | 'login' | 'deny'
  readonly app: Seen<Answer>
  /** What the address that the app led to answered, where that is the portal. */
  readonly portal?: Seen<Answer>
}

/** What happens to a visitor without any session at the app's front page. */
export function strangerAt(app: App, host: string): 'allow' | 'login' | 'deny' {
  const nobody = { user: '', groups: [], client: '' }
  const front = { method: 'GET', host, path: '/', query: '' }
  return outcome(compile(accessControlOf(app), { bypassPathOnly: true }).judge(nobody, front), 0)
}

/** Where an answer leads, as an address. */
function leadsTo(answer: Seen<Answer>, from: string): URL | undefined {
  if (failed(answer) || answer.status < 300 || answer.status > 399) return undefined
  return URL.parse(header(answer, 'location') ?? '', from) ?? undefined
}

export function appOf({ apps }: Config, name: string): App | undefined {
  return apps.find(app => app.name === name)
}

async function walk(premises: Premises, site: Site, app: App): Promise<Walk> {
  const answer = await get(premises, `${site.origin}/`, PAGE_LOAD)
  const next = leadsTo(answer, site.origin)
  const walked = { site, expected: strangerAt(app, site.host), app: answer }
  if (next === undefined || next.origin !== premises.config.session.portal) return walked
  return { ...walked, portal: await get(premises, next.href, PAGE_LOAD) }
}

function probe(premises: Premises): Promise<readonly Walk[]> {
  const { config } = premises
  const walks = sites(config).flatMap(site => {
    const app = site.kind === 'app' ? appOf(config, site.app) : undefined
    return app === undefined ? [] : [walk(premises, site, app)]
  })
  return Promise.all(walks)
}

const LOOP = 'The login loops: whoever logs in is sent to the login again.'

/** RFC 6265, 5.1.3. */
const covers = (domain: string, host: string): boolean => host === domain || host.endsWith(`.${domain}`)

/** Whether the session cookie that is set on the way reaches every app. */
function cookieFault(walked: Walk, { apps, session, domain }: Config): Finding | undefined {
  const lines = [walked.app, walked.portal].flatMap(answer =>
    answer === undefined || failed(answer) ? [] : (answer.headers['set-cookie'] ?? []),
  )
  for (const line of lines.filter(text => text.startsWith(`${session.cookie}=`))) {
    const [, set] = /;\s*domain=\.?([^;]+)/i.exec(line) ?? []
    const reach = set?.trim().toLowerCase() ?? walked.site.host
    const missed = apps.flatMap(app => app.hosts).filter(host => !covers(reach, host))
    if (missed.length > 0)
      return fault('', {
        saw: `The session cookie is set for ${set === undefined ? `${reach} alone` : reach}, which is not the domain of ${missed.join(', ')}.`,
        why: LOOP,
        do: `It must be for ${domain}: look for proxy_cookie_domain in the sites of NGINX, and for "domain" below session.cookies in Authelia's configuration.`,
      })
  }
  return undefined
}

function returnFault(site: Site, next: URL): Finding | undefined {
  const back = URL.parse(next.searchParams.get('rd') ?? '')
  if (back?.origin === site.origin) return undefined
  return fault(site.host, {
    saw: `${site.host} sends visitors to the login with ${back?.origin ?? 'no address'} as the place to come back to, and it is ${site.origin}.`,
    why: 'After the login they end up at another address, where there is nothing, or the login refuses it.',
    do: 'Let "public_port" in gatehouse.yml be the port that browsers use, and NGINX pass on the Host that it got (proxy_set_header Host $http_host).',
  })
}

function portalFault(site: Site, answer: Seen<Answer>, next: URL): Finding | undefined {
  if (failed(answer) || answer.status >= 500) return undefined // that is the check "portal"
  if (answer.status === 200) return undefined
  const onward = leadsTo(answer, next.href)
  if (onward !== undefined)
    return fault(site.host, {
      saw: `${site.host} leads to the portal, and the portal leads on to ${onward.origin}${onward.pathname} instead of showing the login page.`,
      why: LOOP,
      do: `The site of NGINX for ${next.hostname} must not ask for a login itself (no site.conf, no auth_request), and must pass X-Forwarded-Proto $scheme on.`,
    })
  return fault(site.host, {
    saw: `${site.host} leads to the portal, and the portal answers ${answer.status} instead of showing the login page.`,
    why: 'Nobody can log in.',
    do: 'It refuses the address to come back to when that is outside of its cookie\'s domain: compare "domain" in gatehouse.yml with session.cookies in Authelia\'s configuration.',
  })
}

function judgeOne(walked: Walk, config: Config): Finding {
  const { site, expected, app, portal } = walked
  const about = site.host
  if (failed(app)) return skipped('It does not answer: see reach or dns.', about)
  if (expected !== 'login') {
    const open = expected === 'allow'
    return skipped(
      `Its front page ${open ? 'is open to all' : 'is closed to all'}, so no login begins there.`,
      about,
    )
  }
  const cookie = cookieFault(walked, config)
  if (cookie !== undefined) return cookie
  const next = leadsTo(app, site.origin)
  if (next === undefined) {
    if (app.status < 300) return skipped('It opened without a login: see forged-headers.', about)
    if (app.status === 403)
      return skipped('It refuses strangers instead of sending them to the login: see access-control.', about)
    if (app.status === 404) return skipped('There is nothing at this address: see gateway.', about)
    return fault(about, {
      saw: `${site.origin}/ answers ${app.status} to a visitor without a session, and not with the way to the login.`,
      why: 'Nobody can log in there.',
      do:
        app.status === 503
          ? 'The gateway gets no answer from Authelia, or NGINX none from the gateway: see portal and gateway; journalctl -u gatehouse says more.'
          : 'journalctl -u gatehouse, and the error.log of NGINX, say more.',
    })
  }
  if (next.origin === site.origin || next.origin !== config.session.portal) {
    if (next.origin !== site.origin && portalLike(next))
      return fault(about, {
        saw: `${site.host} sends visitors to ${next.origin} to log in, and the portal is ${config.session.portal}.`,
        why: 'Nobody can log in there.',
        do: 'Write the same address in gatehouse.yml ("authelia.portal", "public_port") and in Authelia\'s authelia_url.',
      })
    return skipped('It leads elsewhere without a login: see forged-headers.', about)
  }
  return (
    returnFault(site, next) ??
    (portal === undefined ? undefined : portalFault(site, portal, next)) ??
    ok(about, 'leads to the login page by one redirect, and back')
  )
}

/** A redirect to somebody's login page. */
const portalLike = (address: URL): boolean => address.searchParams.has('rd')

function judge(walks: readonly Walk[], config: Config): Finding[] {
  const found = walks.map(one => judgeOne(one, config))
  // The same cookie is the same fault, whichever app shows it.
  const seen = new Set<string>()
  return found.filter(one => {
    const key = one.about === '' ? one.saw : `${one.about} ${one.saw}`
    return !seen.has(key) && seen.add(key)
  })
}

export const login = check({
  id: 'login',
  title: 'each app leads to the login page and back, without a loop',
  probe,
  judge,
})
