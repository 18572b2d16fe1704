/** What stands beside the password, what a new password must have, and bans. */
import type { Config } from '../../config/model.ts'
import type { Section } from './document.ts'
import { autheliaTime } from './duration.ts'

/** totp, webauthn, duo_api. */
export function factorSections({ deploy, domain }: Config): readonly Section[] {
  const { totp, webauthn, duo } = deploy.second_factor
  const sections: Section[] = [
    totp
      ? {
          key: 'totp',
          about: 'Codes from an app on the phone. These are the values that every such app knows.',
          value: { disable: false, issuer: domain, algorithm: 'SHA1', digits: 6, period: 30, skew: 1 },
          notes: { issuer: 'How the phone lists it.' },
        }
      : { key: 'totp', about: 'Codes from an app on the phone: not wanted.', value: { disable: true } },
    webauthn
      ? {
          key: 'webauthn',
          about: 'Keys and passkeys as the second factor.',
          value: { disable: false, display_name: domain, attestation_conveyance_preference: 'indirect' },
        }
      : { key: 'webauthn', about: 'Keys and passkeys: not wanted.', value: { disable: true } },
  ]
  if (duo !== undefined)
    sections.push({
      key: 'duo_api',
      about: 'Push messages by Duo. Its secret key comes from AUTHELIA_DUO_API_SECRET_KEY_FILE.',
      value: { disable: false, hostname: duo.hostname, integration_key: duo.integration_key },
    })
  return sections
}

/** password_policy. Authelia takes one of its two ways, never both. */
export function passwordSection({ deploy }: Config): Section {
  const { min_length, min_score } = deploy.password_policy
  const about = 'What a new password must have.'
  return min_score === 0
    ? { key: 'password_policy', about, value: { standard: { enabled: true, min_length } } }
    : {
        key: 'password_policy',
        about,
        value: { zxcvbn: { enabled: true, min_score } },
        notes: {
          zxcvbn: 'How hard it is to guess, 0 to 4. It says nothing of the length: few short ones are hard.',
        },
      }
}

/** regulation. */
export function regulationSection({ deploy }: Config): Section {
  const { max_retries, find_time, ban_time } = deploy.regulation
  return {
    key: 'regulation',
    about: 'Bans for whoever tries passwords: the account, and the address that it comes from.',
    value: {
      modes: ['user', 'ip'],
      max_retries,
      find_time: autheliaTime(find_time),
      ban_time: autheliaTime(ban_time),
    },
    ...(max_retries === 0 ? { notes: { max_retries: '0: nobody is ever banned.' } } : {}),
  }
}
