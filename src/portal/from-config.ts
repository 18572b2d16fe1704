/** The portal's settings out of gatehouse.yml. */
import { dirname, join } from 'node:path'
import { EVERYTHING } from '../authz/policy-everything.ts'
import type { Config } from '../config/model.ts'
import type { PortalSettings } from './settings.ts'

/**
 * The apps' own rules, each for its app's hosts, so that the portal and the gateway can never disagree.
 * @throws TypeError when the configuration has no `portal`
 */
export function settingsFromConfig(config: Config): PortalSettings {
  const { portal, session, domain, public_port } = config
  if (portal === undefined) throw new TypeError('this configuration has no built-in portal')
  const rules = config.apps.flatMap(app => [
    ...app.rules.map(rule => ({ ...rule, domains: app.hosts })),
    { ...EVERYTHING, domains: app.hosts, policy: app.policy, label: `apps.${app.name}.policy` },
  ])
  return {
    cookies: [
      {
        domain,
        name: session.cookie,
        sameSite: 'Lax',
        portal: session.portal,
        ports: [public_port],
        inactivity: portal.inactivity,
        expiration: portal.expiration,
        rememberMe: portal.remember_me,
      },
    ],
    access: { rules, fallback: 'deny', fallbackLabel: 'no app has this host' },
    bypassPathOnly: true,
    users: { file: portal.users, watch: true, byEmail: false, anyCase: false },
    totp: {
      file: portal.totp,
      issuer: domain,
      algorithm: 'SHA1',
      digits: 6,
      period: 30,
      skew: 1,
      enrolment: portal.enrolment,
    },
    regulation: portal.regulation,
    ...(config.oidc_apps.length > 0 && {
      oidc: {
        issuer: session.portal,
        clients: config.oidc_apps.map(({ client }) => client),
        secrets: config.secrets,
        subjects: join(dirname(portal.totp), 'subjects.json'),
      },
    }),
  }
}
