import type { HeaderEntry } from '../types.ts'
import { headerFor, onLoopback, onlyHere, senders, signOut } from './facts.ts'
import { HEADER_KINDS } from './kinds.ts'

/** Organizr: one page with the other apps in frames. */
export const organizr: HeaderEntry = {
  ...HEADER_KINDS.organizr,
  checked: {
    version: 'the source of Organizr 2.1.2460',
    on: '2026-11-24',
    sources: [
      'https://github.com/causefx/Organizr/blob/v2-master/api/classes/organizr.class.php',
      'https://www.authelia.com/integration/trusted-header-sso/organizr/',
    ],
    unsure: 'It was read, not run.',
  },
  steps: facts => [
    {
      title: 'Trust the headers',
      text: 'Settings, System Settings, Main, Auth Proxy:',
      fields: [
        ['Auth Proxy', 'on'],
        ['Auth Proxy Whitelist', senders(facts)[0] ?? ''],
        ['Auth Proxy Header Name', headerFor(facts, 'user') ?? ''],
        ['Auth Proxy Header Name for Email', headerFor(facts, 'email') ?? ''],
        ['Override Logout', 'on'],
        ['Logout URL', signOut(facts)],
      ],
      beware: `The whitelist takes one IPv4 address or network, and compares the address that PHP sees: ${onLoopback(facts) ? 'with `upstream: http://127.0.0.1:…` that is `127.0.0.1`; ' : ''}a web server in front of PHP that rewrites the visitor's address (\`real_ip\`) breaks it. Keep a browser logged in as administrator until it works.`,
    },
    {
      title: 'Who becomes what',
      text: 'A user whom Organizr does not know is made with its default group; groups of Authelia are not read. Give your own user the group Admin in Settings, User Management, before you close the other browser. The second factor of Organizr is skipped for logins by header: ask for it at the gateway.',
    },
    {
      title: 'The apps in its frames',
      text: 'An app behind Gatehouse lets itself be framed by the pages that `framed_by` names:',
      file: {
        path: 'gatehouse.yml',
        language: 'yaml',
        content: `apps:\n  shinobi:\n    framed_by: [${facts.name}]\n`,
      },
      beware:
        'Organizr hides tabs, it does not lock them: who may open an app is what the policy of that app says. Its own server authentication is not needed here; do not use both.',
    },
    onlyHere(facts),
  ],
}
