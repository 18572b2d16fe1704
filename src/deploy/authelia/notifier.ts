/** notifier, identity_validation, ntp. */
import { join } from 'node:path'
import type { Config } from '../../config/model.ts'
import { isLoopback } from '../../lib/address.ts'
import type { Section } from './document.ts'
import { STATE } from './paths.ts'

/** The address within `Authelia <auth@example.com>`. */
export const mailbox = (sender: string): string => /<([^<>]+)>\s*$/.exec(sender)?.[1] ?? sender.trim()

export function notifierSection({ deploy, session }: Config): Section {
  const { mail } = deploy
  if (mail === undefined) {
    return {
      key: 'notifier',
      about: 'No mail server is named: codes and password resets are written to a file, the newest alone.',
      value: { disable_startup_check: false, filesystem: { filename: join(STATE, 'notification.txt') } },
    }
  }
  const { address, username, sender } = mail
  const loopback = address.host === 'localhost' || isLoopback(address.host)
  const login = username === undefined ? '' : ' Its password comes from AUTHELIA_NOTIFIER_SMTP_PASSWORD_FILE.'
  return {
    key: 'notifier',
    about: `Mail with codes and password resets.${login}`,
    value: {
      disable_startup_check: false,
      smtp: {
        address: address.address,
        username,
        identifier: session.portal_host,
        sender,
        subject: '[Authelia] {title}',
        startup_check_address: mailbox(sender),
        disable_require_tls: loopback,
        tls: loopback ? { skip_verify: true } : { server_name: address.host, minimum_version: 'TLS1.2' },
      },
    },
    notes: {
      'smtp.identifier': 'How it introduces itself (HELO); some servers refuse the default, localhost.',
      disable_startup_check:
        'false: when Authelia starts it asks the server to take a mail, and does not start where it refuses.',
      'smtp.startup_check_address': 'For that question; nothing is sent to it.',
      'smtp.disable_require_tls': loopback
        ? 'true: what goes to the own machine needs no TLS.'
        : 'false: neither password nor mail go out without TLS.',
      ...(loopback
        ? { 'smtp.tls': 'A mail server of the own machine has a certificate that nobody signed.' }
        : {}),
    },
  }
}

export function validationSection({ deploy }: Config): Section {
  return {
    key: 'identity_validation',
    about: 'Codes that are sent before something important is changed.',
    value: {
      elevated_session: { code_lifespan: '5m', elevation_lifespan: '10m', characters: 8 },
      reset_password: deploy.reset_password ? { jwt_lifespan: '5m', jwt_algorithm: 'HS256' } : undefined,
    },
    notes: {
      elevated_session: 'Before a second factor is added or removed.',
      ...(deploy.reset_password
        ? {
            reset_password:
              'A forgotten password. Its key comes from AUTHELIA_IDENTITY_VALIDATION_RESET_PASSWORD_JWT_SECRET_FILE.',
          }
        : {}),
    },
  }
}

export function ntpSection(): Section {
  return {
    key: 'ntp',
    about: 'Codes of the phone fail when the clock is off.',
    value: {
      address: 'udp://time.cloudflare.com:123',
      version: 4,
      max_desync: '3s',
      disable_startup_check: false,
      disable_failure: true,
    },
    notes: {
      disable_failure: 'true: a wrong clock is said in the log; a home without internet starts all the same.',
    },
  }
}
