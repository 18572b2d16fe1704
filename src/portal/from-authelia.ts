/** The portal's settings out of Authelia's configuration.yml. */
import { dirname, join } from 'node:path'
import type { AutheliaCookieCommon, AutheliaSettings } from '../config/authelia-file.ts'
import type { CookieDomain, PortalSettings } from './settings.ts'

const SAME_SITE: Readonly<Record<AutheliaCookieCommon['same_site'], CookieDomain['sameSite']>> = {
  lax: 'Lax',
  strict: 'Strict',
  none: 'None',
}

/**
 * Authelia's rules with Authelia's own meaning. TOTP secrets, which Authelia keeps in its database, are in
 * totp.json beside the users file.
 */
export function settingsFromAuthelia(settings: AutheliaSettings): PortalSettings {
  const { session, users, totp, regulation } = settings
  return {
    cookies: session.cookies.map(cookie => ({
      domain: cookie.domain,
      name: cookie.name,
      sameSite: SAME_SITE[cookie.same_site],
      portal: cookie.authelia_url,
      // A setup whose portal is on another port than its apps has its apps on 443.
      ports: [443],
      ...(cookie.default_redirection_url !== undefined && {
        defaultRedirection: cookie.default_redirection_url,
      }),
      inactivity: cookie.inactivity,
      expiration: cookie.expiration,
      rememberMe: cookie.remember_me,
    })),
    access: settings.access_control,
    bypassPathOnly: false,
    users: {
      file: users.path,
      watch: users.watch,
      byEmail: users.search.email,
      anyCase: users.search.case_insensitive,
    },
    totp: {
      file: join(dirname(users.path), 'totp.json'),
      issuer: totp.issuer,
      algorithm: totp.algorithm,
      digits: totp.digits,
      period: totp.period,
      skew: totp.skew,
      enrolment: totp.disable ? 'closed' : 'open',
    },
    regulation,
  }
}
