/** What the demo tells the person who started it. */

import type { AppName } from './apps.ts'
import type { Authority } from './authority.ts'
import { authenticator, DOMAIN, PEOPLE, passwordOf } from './household.ts'

const SHOWS: readonly (readonly [AppName | 'auth', string, string])[] = [
  ['whoami', 'one factor', 'the headers that an app receives'],
  ['porch', 'two factors', 'a live camera; only alice has a second factor yet'],
  ['chat', 'one factor', 'a WebSocket: open it in two windows'],
  ['admin', 'group admins', 'alice may, the others get a 403'],
  ['public', 'everybody', 'no login'],
  ['auth', '', 'the portal itself'],
]

/** Rows in columns as wide as their widest cell. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, n) => Math.max(...rows.map(row => row[n]?.length ?? 0)))
  return rows.map(row => `  ${row.map((cell, n) => cell.padEnd(widths[n] ?? 0)).join('  ')}`.trimEnd())
}

/** How to open it, who may, and how to trust its certificate; lines for a terminal. */
export function welcome(
  port: number,
  notes: string,
  authority: Authority,
  secret: string,
  now: number,
): string[] {
  const totp = authenticator(secret)
  const left = Math.ceil(30 - ((now / 1000) % 30))
  const file = authority.certificate
  const name = 'gatehouse-demo'
  return [
    '',
    'Open',
    ...table([
      ...SHOWS.map(([app, who, what]) => [`https://${app}.${DOMAIN}:${port}`, who, what]),
      [notes, 'one factor', 'an app of its own that asks the portal by OpenID Connect'],
    ]),
    '',
    'Users',
    ...table(
      PEOPLE.map(person => [person.name, passwordOf(person.name), person.groups.join(', ') || 'no groups']),
    ),
    '',
    "Alice's second factor",
    `  secret  ${secret}`,
    `  code    ${totp.generate({ timestamp: now })} (for ${left} s more; type the secret into an authenticator app for the next ones)`,
    `  link    ${totp.toString()}`,
    '',
    `The certificate is from an authority of this demo alone, which can sign for ${DOMAIN} and nothing else.`,
    'Go past the warning in the browser, or trust it:',
    ...table([
      [
        'Debian',
        `sudo cp ${file} /usr/local/share/ca-certificates/${name}.crt && sudo update-ca-certificates`,
      ],
      ['Chromium', `certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n ${name} -i ${file}`],
      ['Firefox', `Settings, Certificates, View Certificates, Authorities, Import: ${file}`],
      ['macOS', `security add-trusted-cert -r trustRoot -k ~/Library/Keychains/login.keychain-db ${file}`],
      ['curl', `curl --cacert ${file} https://public.${DOMAIN}:${port}/`],
    ]),
    `  SHA-256 ${authority.fingerprint}`,
    '',
    'Browsers know that every name under .localhost is this computer. Where another program does not, put into /etc/hosts:',
    `  127.0.0.1 ${[...SHOWS.map(([app]) => app), 'notes'].map(app => `${app}.${DOMAIN}`).join(' ')}`,
    '',
    'Ctrl-C ends it.',
  ]
}
