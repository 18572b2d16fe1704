/** Whether browsers keep the session cookie for the whole house, and Authelia means the same domain. */
import { parse } from 'tldts'
import type { Config } from '../../config/model.ts'
import { type AutheliaSeen, autheliaOf, type NoAuthelia, noAuthelia } from '../seen/authelia.ts'
import { check, type Finding, fault, ok } from '../types.ts'

/** publicsuffix.org, its private part too: browsers take no cookie for duckdns.org either. */
function suffix(domain: string): Finding | undefined {
  const { publicSuffix } = parse(domain, { allowPrivateDomains: true })
  if (publicSuffix !== domain) return undefined
  return fault('', {
    saw: `"${domain}" is a public suffix: strangers have names of their own under it.`,
    why: 'Browsers keep no cookie for it, so that every login leads back to the login.',
    do: `Use a name of your own, such as home.${domain}, as "domain" in gatehouse.yml and in Authelia's session.cookies.`,
  })
}

function authelia(
  { file, session: { cookies } }: AutheliaSeen,
  { domain, session }: Config,
): Finding | undefined {
  const why =
    'Authelia answers for other hosts with 400, or its cookie does not reach the apps: the login loops.'
  const cookie = cookies.find(one => one.domain === domain)
  if (cookie === undefined)
    return fault('', {
      saw: `The cookie of Authelia is for ${cookies.map(one => one.domain).join(', ')} (session.cookies in ${file}); gatehouse.yml says "domain: ${domain}".`,
      why,
      do: 'Write the same domain in both.',
    })
  if (cookie.name !== session.cookie)
    return fault('', {
      saw: `Authelia calls its cookie "${cookie.name}" (${file}); gatehouse.yml looks for "${session.cookie}".`,
      why: 'The gateway never finds a session: the login loops.',
      do: `Write "authelia: { cookie: ${cookie.name} }" in gatehouse.yml.`,
    })
  const portal = cookie.authelia_url.replace(/\/$/, '')
  if (new URL(portal).href === new URL(session.portal).href) return undefined
  return fault('', {
    saw: `Authelia's address is ${portal} in its own configuration (authelia_url in ${file}), and ${session.portal} in gatehouse.yml.`,
    why: 'Visitors are sent to a login page that is not there, and an app that speaks OpenID Connect finds another issuer than it expects.',
    do: 'Write the same address in both: "authelia: { portal: … }" in gatehouse.yml.',
  })
}

function judge(seen: AutheliaSeen | NoAuthelia, config: Config): Finding[] {
  const found = [suffix(config.domain), noAuthelia(seen) ? undefined : authelia(seen, config)].filter(
    one => one !== undefined,
  )
  const known = noAuthelia(seen) ? '' : ', as in Authelia'
  return found.length > 0 ? found : [ok('', `${config.session.cookie} for ${config.domain}${known}`)]
}

export const cookieDomain = check({
  id: 'cookie-domain',
  title: 'browsers keep the session cookie, and Authelia means the same domain',
  probe: autheliaOf,
  judge,
})
