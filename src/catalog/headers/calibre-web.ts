import type { HeaderEntry } from '../types.ts'
import { listenHost, listenPort, onlyHere, ownKeys, senders, signOut, userHeader } from './facts.ts'
import { HEADER_KINDS } from './kinds.ts'

/** Calibre-Web: a library of e-books. */
export const calibreWeb: HeaderEntry = {
  ...HEADER_KINDS.calibreWeb,
  checked: {
    version: 'Calibre-Web 0.6.27, run for real behind the gateway',
    on: '2026-11-24',
    sources: [
      'https://github.com/janeczku/calibre-web/wiki/Setup-Reverse-Proxy',
      'https://github.com/janeczku/calibre-web/blob/master/cps/usermanagement.py',
      'https://github.com/janeczku/calibre-web/blob/master/cps/reverse_proxy_auth.py',
    ],
  },
  steps: facts => [
    {
      title: 'Start it on this machine alone',
      commands: [`cps -i ${listenHost(facts)}`],
      text: `Its port is set on its own page (Admin, Edit Basic Configuration, Server Configuration): \`${listenPort(facts, 8083)}\`.`,
    },
    {
      title: 'Make the users',
      text: 'Calibre-Web makes none by itself: Admin, Add New User, each with the name that they have at Authelia (capitals do not matter) and any long password. Make one of them an administrator before you go on.',
      beware: 'A name that Calibre-Web does not know is a guest, or meets its login form.',
    },
    {
      title: 'Trust the header',
      text: 'Admin, Edit Basic Configuration, Feature Configuration:',
      fields: [
        ['Allow Reverse Proxy Authentication', 'on'],
        ['Reverse Proxy Header Name', userHeader(facts)],
        ['Reverse Proxy Trusted IPs/CIDRs (Comma Separated)', senders(facts).join(',')],
        ['Enable Reverse Proxy Shared Secret Header', 'off'],
      ],
      beware:
        'The list of trusted addresses is new in 0.6.27; older ones believe the header from anyone who reaches the port.',
    },
    {
      title: 'Log out',
      text: `Calibre-Web's own Logout is undone by the next page. \`${signOut(facts)}\` ends the session at Authelia.`,
    },
    ownKeys(
      facts,
      ['/opds', '/kobo'],
      "Reading programs (OPDS) send a user and a password of Calibre-Web itself, and a Kobo has a token in its address. That is the password which you gave the user there, not Authelia's.",
    ),
    onlyHere(facts),
  ],
}
