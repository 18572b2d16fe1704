/** Whether a visitor can be anyone by sending a header: asked for real, and read in NGINX's configuration. */
import type { App, Config } from '../../config/model.ts'
import type { Location } from '../nginx/locations.ts'
import { type Answer, failed, type Seen } from '../outside.ts'
import {
  doorTargets,
  type Nginx,
  type NoNginx,
  nginxOf,
  noNginx,
  placeOf,
  upstreamTarget,
} from '../seen/nginx.ts'
import { get, header, PAGE_LOAD, type Site, sites } from '../seen/sites.ts'
import { check, type Finding, fault, ok, type Premises, skipped } from '../types.ts'
import { appOf, strangerAt } from './login.ts'

interface Tried {
  readonly site: Site
  readonly app: App
  readonly answer: Seen<Answer>
}

interface ForgedSeen {
  readonly tried: readonly Tried[]
  readonly nginx: Nginx | NoNginx
}

const WHO = 'gatehouse-doctor'

/** Every identity header of an app, as a forger spells them: as they are, and as CGI programs read them too. */
function forged({ identity_headers }: App): Readonly<Record<string, string>> {
  const names = [
    ...new Set([...Object.keys(identity_headers), 'Remote-User', 'Remote-Groups', 'X-Forwarded-User']),
  ]
  return Object.fromEntries(names.flatMap(name => [name, name.replaceAll('-', '_')].map(one => [one, WHO])))
}

async function probe(premises: Premises): Promise<ForgedSeen> {
  const { config } = premises
  const asked = sites(config).flatMap(site => {
    const app = site.kind === 'app' ? appOf(config, site.app) : undefined
    if (app === undefined) return []
    const answer = get(premises, `${site.origin}/`, { ...PAGE_LOAD, ...forged(app) })
    return [answer.then(got => ({ site, app, answer: got }))]
  })
  const [nginx, ...tried] = await Promise.all([nginxOf(premises), ...asked])
  return { nginx, tried }
}

const WHY = 'Whoever sends "Remote-User: admin" is admin: no password, no second factor, nothing in any log.'

/** A value that comes from the visitor. */
const fromVisitor = (value: string): boolean => /\$http_|\$arg_|\$cookie_/.test(value)

/** What is wrong with one place of NGINX that reaches an app by itself. */
function hole(location: Location, app: App, nginx: Nginx, config: Config): Finding | undefined {
  const place = placeOf(location)
  const server = location.names[0] ?? 'a server without a name'
  const about = app.hosts[0] ?? app.name
  const question = location.directive('auth_request')?.[0]
  const names = Object.keys(app.identity_headers)
  const open = names.filter(name => {
    const set = location.sets(name)
    return set.length === 0 || set.some(fromVisitor)
  })
  if (question === undefined || question === 'off') {
    if (app.policy === 'bypass' && app.rules.length === 0 && open.length === 0) return undefined
    return fault(about, {
      saw: `NGINX passes ${server}, location ${location.path || '/'}, straight to the app at ${app.upstream.origin} without asking the gateway (${place}).`,
      why: WHY,
      do: 'Put "include gatehouse/protect.conf;" into that location and "include gatehouse/site.conf;" into its server, or take it out. What shall be open to all belongs in gatehouse.yml, as a rule with "policy: bypass".',
    })
  }
  const answers = nginx.locations.filter(
    one => one.path.replace(/^= /, '') === question && one.names[0] === location.names[0],
  )
  const doors = doorTargets(config, 'forward_auth')
  const other = answers.find(one => !one.targets.some(target => doors.includes(target)))
  if (other !== undefined)
    return fault(about, {
      saw: `NGINX asks ${other.targets.join(', ')} about ${server} (${placeOf(other)}), and the gateway's forward-auth door is ${doors.join(', ') || 'not there'}.`,
      why: 'The rules of gatehouse.yml do not hold there, and what the answer says of the user may be anything.',
      do: 'Let the question go to the gateway: "include gatehouse/site.conf;", with its address in gatehouse.conf.',
    })
  if (open.length === 0) return undefined
  return fault(about, {
    saw: `NGINX passes ${open.join(', ')} on to ${app.name} as the visitor sent it: location ${location.path || '/'} of ${server} does not set it (${place}).`,
    why: WHY,
    do: 'Put "include gatehouse/protect.conf;" into that location. A proxy_set_header of its own there makes all those of the server void; for headers with other names see nginx/README.md.',
  })
}

function holes(nginx: Nginx, config: Config): Finding[] {
  return config.apps.flatMap(app => {
    const target = upstreamTarget(app.upstream)
    return nginx.locations
      .filter(one => one.targets.includes(target))
      .flatMap(location => hole(location, app, nginx, config) ?? [])
  })
}

/** Whether an answer to a stranger came from the app: neither a login nor a refusal of the gateway's. */
function passed(answer: Answer, { session }: Config): boolean {
  const { status } = answer
  if (status >= 300 && status < 400) {
    const to = URL.parse(header(answer, 'location') ?? '')
    return to?.origin !== session.portal && !to?.searchParams.has('rd')
  }
  return (
    (status >= 200 && status < 300) ||
    (status === 401 && !/^Session /.test(header(answer, 'www-authenticate') ?? ''))
  )
}

function live({ site, app, answer }: Tried, config: Config): Finding {
  if (failed(answer)) return skipped('It does not answer: see reach or dns.', site.host)
  if (strangerAt(app, site.host) === 'allow')
    return skipped('Its front page is open to all, so that cannot be tried there.', site.host)
  if (answer.status >= 404) return skipped(`It answers ${answer.status}: see gateway and login.`, site.host)
  if (!passed(answer, config)) return ok(site.host, `"Remote-User: ${WHO}" opens nothing`)
  return fault(site.host, {
    saw: `${site.origin}/ opens without a login: asked with "Remote-User: ${WHO}", the app answers ${answer.status}.`,
    why: WHY,
    do: `What stands in front of ${site.host} passes requests on without asking the gateway. Its address in DNS and the server of NGINX (or another proxy) that takes it must lead to the gateway.`,
  })
}

function judge({ tried, nginx }: ForgedSeen, config: Config): Finding[] {
  const found = noNginx(nginx) ? [] : holes(nginx, config)
  const known = new Set(found.map(one => one.about))
  // Seen in the configuration, it needs no second fault from the outside.
  return [
    ...found,
    ...tried.filter(({ app }) => !known.has(app.hosts[0] ?? '')).map(one => live(one, config)),
  ]
}

export const forgedHeaders = check({
  id: 'forged-headers',
  title: 'no visitor can say who they are by a header',
  probe,
  judge,
})
