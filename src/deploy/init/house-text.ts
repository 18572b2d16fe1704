/** The gatehouse.yml that answers make: short, with a word on each part. */
import type { Answers, AppAnswer, OidcAnswer } from './answers.ts'
import { AUTHELIA_HERE } from './answers.ts'

/** Where the password for the mail server stands, beside gatehouse.yml. */
export const MAIL_SECRET = 'secrets/mail'

/** YAML 1.2 plain where nobody can misread it, else in single quotes. */
export function yamlText(value: string): string {
  const plain = /^[A-Za-z/][\w./:@-]*$/.test(value) && !value.endsWith(':')
  const word = /^(?:true|false|null|yes|no|on|off|y|n)$/i.test(value)
  return plain && !word ? value : `'${value.replaceAll("'", "''")}'`
}

export function houseText(answers: Answers): string {
  const { domain, apps, oidcApps } = answers
  return [
    '# The whole house. After a change: gatehouse check, then gatehouse apply.',
    '# Every key, with its default: gatehouse.full.yml and docs/CONFIG.md of Gatehouse.',
    '',
    `# Each app is found at <its name>.${domain} unless it says otherwise, the login page at auth.${domain}.`,
    `domain: ${yamlText(domain)}`,
    '',
    ...session(answers),
    '',
    '# Apps behind the gate: it asks for the login and tells them who it is. They must listen on 127.0.0.1 alone.',
    '# policy: one_factor (password), two_factor (and a second factor), bypass (anyone), deny (nobody).',
    ...(apps.length === 0 ? ['apps: {}'] : ['apps:', ...apps.flatMap(appLines)]),
    ...(oidcApps.length === 0
      ? []
      : [
          '',
          '# Apps that speak OpenID Connect themselves. What to set in each: gatehouse apps show <name>.',
          'oidc_apps:',
          ...oidcApps.flatMap(oidcLines),
        ]),
    ...deployment(answers),
    '',
  ].join('\n')
}

function session({ authelia }: Answers): readonly string[] {
  if (authelia === undefined)
    return [
      '# Logins come from the built-in portal. To move to Authelia: authelia: { url: http://127.0.0.1:9091 } instead.',
      'portal:',
      '  users: users_database.yml',
    ]
  const here = authelia === AUTHELIA_HERE
  return [
    here
      ? '# Logins come from Authelia on this machine, whose configuration gatehouse apply writes.'
      : '# Logins come from Authelia.',
    'authelia:',
    `  url: ${yamlText(authelia)}`,
  ]
}

const appLines = ({ name, kind, upstream }: AppAnswer): readonly string[] => [
  `  ${yamlText(name)}:`,
  ...(kind === undefined ? [] : [`    kind: ${yamlText(kind)}`]),
  `    upstream: ${yamlText(upstream)}`,
  '    policy: one_factor',
]

function oidcLines({ name, kind, url, upstream, redirectUris, settings }: OidcAnswer): readonly string[] {
  const own = Object.entries(settings)
  return [
    `  ${yamlText(name)}:`,
    `    kind: ${yamlText(kind)}`,
    `    url: ${yamlText(url)}`,
    ...(upstream === undefined ? [] : [`    upstream: ${yamlText(upstream)}`]),
    '    policy: one_factor',
    ...(own.length === 0
      ? []
      : ['    settings:', ...own.map(([key, value]) => `      ${key}: ${yamlText(value)}`)]),
    ...(redirectUris.length === 0
      ? []
      : [
          '    client:',
          `      redirect_uris: [${redirectUris.map(uri => `'${uri.replaceAll("'", "''")}'`).join(', ')}]`,
        ]),
  ]
}

function deployment({ mail, certificate }: Answers): readonly string[] {
  if (mail === undefined && certificate === undefined) return []
  const lines = ['', '# What gatehouse apply needs beside the apps.', 'deploy:']
  if (mail !== undefined) {
    lines.push(
      '  # How Authelia sends codes and password resets.',
      '  mail:',
      `    address: ${yamlText(mail.address)}`,
    )
    lines.push(`    sender: ${yamlText(mail.sender)}`)
    if (mail.username !== undefined)
      lines.push(`    username: ${yamlText(mail.username)}`, '    password:', `      file: ${MAIL_SECRET}`)
  }
  if (certificate !== undefined)
    lines.push(
      '  # A certificate that something else renews.',
      '  certificates:',
      '    from: files',
      `    certificate: ${yamlText(certificate.certificate)}`,
      `    key: ${yamlText(certificate.key)}`,
    )
  return lines
}
