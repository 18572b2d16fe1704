import type { HeaderEntry } from '../types.ts'
import { listenAddress, onlyHere, userHeader } from './facts.ts'
import { HEADER_KINDS } from './kinds.ts'

/** Radicale: calendars and address books (CalDAV, CardDAV). */
export const radicale: HeaderEntry = {
  ...HEADER_KINDS.radicale,
  checked: {
    version: 'Radicale 3.1.8 and 3.9.0, run for real behind the gateway',
    on: '2026-11-24',
    sources: [
      'https://radicale.org/v3.html#manage-user-accounts-with-the-reverse-proxy',
      'https://github.com/Kozea/Radicale/blob/master/radicale/auth/http_x_remote_user.py',
    ],
  },
  steps: facts => {
    const plain = userHeader(facts).toLowerCase() === 'remote-user'
    return [
      {
        title: 'Take the user from the header',
        text: plain
          ? 'The type `http_remote_user` is there from Radicale 3.5.9 on; older ones know `X-Remote-User` alone (take `identity_headers` out of gatehouse.yml then).'
          : 'Nobody types a password into Radicale any more; users need not be made there.',
        file: {
          path: '/etc/radicale/config',
          language: 'ini',
          content: `[server]
hosts = ${listenAddress(facts, 5232)}

[auth]
type = ${plain ? 'http_remote_user' : 'http_x_remote_user'}

[rights]
type = owner_only
`,
        },
        commands: ['systemctl restart radicale'],
        beware:
          'Radicale has no list of trusted proxies: who reaches its port is who they say. The name is compared to the letter, and a name spelled otherwise has calendars of its own.',
      },
      {
        title: 'Let its web page sign in by itself',
        text: 'From Radicale 3.7.4 on. Older ones refuse to start with this key; their page asks for a name and a password: type your own name and anything.',
        file: {
          path: '/etc/radicale/config',
          language: 'ini',
          content: '[web]\nprefer_browser_login = True\n',
        },
      },
      {
        title: 'Phones and calendar programs',
        text: `They know no login page: with \`basic: authelia\` they send user and password, which Authelia checks, and Radicale never sees it. The address for all of them is \`${facts.url}/\`.`,
        file: {
          path: 'gatehouse.yml',
          language: 'yaml',
          content: `apps:\n  ${facts.name}:\n    policy: one_factor\n    basic: authelia\n`,
        },
        beware:
          'A second factor cannot be asked of them, so `policy: two_factor` shuts them out. A wrong password that a phone keeps sending brings a ban.',
      },
      onlyHere(facts),
    ]
  },
}
