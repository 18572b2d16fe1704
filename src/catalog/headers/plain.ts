import type { HeaderEntry } from '../types.ts'
import { onlyHere, senders, signOut } from './facts.ts'

/** An app without `kind`: what holds for any app that trusts a header. Not a kind of its own. */
export const plainHeaders: HeaderEntry = {
  kind: 'plain',
  title: 'Another app',
  checked: {
    version: 'RFC 9110',
    on: '2026-11-24',
    sources: ['https://www.rfc-editor.org/rfc/rfc9110'],
    unsure:
      'The app itself: look for "proxy authentication", "trusted header" or REMOTE_USER in its documents.',
  },
  identity_headers: {},
  steps: facts => [
    {
      title: 'Tell the app which headers to trust',
      text: 'Its documents call this proxy authentication, trusted header, header sign-on or remote user.',
      fields: [
        ...Object.entries(facts.identity_headers).map(([name, what]) => [WORDS[what], name] as const),
        ['Trusted proxies', senders(facts).join(', ')],
        ['Logout address', signOut(facts)],
      ],
      beware:
        'An app that reads no header keeps its own login behind the gate: that is safe, and asks twice.',
    },
    onlyHere(facts, 'Set its listen address to the loopback address.'),
  ],
}

const WORDS = {
  user: 'Header with the user',
  groups: 'Header with the groups',
  name: 'Header with the full name',
  email: 'Header with the e-mail',
} as const
