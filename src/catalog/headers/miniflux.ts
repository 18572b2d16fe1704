import type { HeaderEntry } from '../types.ts'
import { listenAddress, listening, onlyHere, ownKeys, senderNetworks, signOut, userHeader } from './facts.ts'
import { HEADER_KINDS } from './kinds.ts'

/** Miniflux: a reader of feeds. */
export const miniflux: HeaderEntry = {
  ...HEADER_KINDS.miniflux,
  checked: {
    version: 'Miniflux 2.2.14, run for real behind the gateway, and the source of 2.3.3',
    on: '2026-11-24',
    sources: [
      'https://miniflux.app/docs/configuration.html',
      'https://github.com/miniflux/v2/blob/main/internal/ui/auth_proxy_middleware.go',
      'https://github.com/miniflux/v2/blob/main/miniflux.1',
    ],
  },
  steps: facts => {
    const listen =
      listening(facts) === undefined ? facts.upstream.replace(/^unix:/, '') : listenAddress(facts, 8080)
    return [
      {
        title: 'Trust the header',
        file: {
          path: '/etc/miniflux.conf',
          language: 'ini',
          content: `LISTEN_ADDR=${listen}
BASE_URL=${facts.url}
AUTH_PROXY_HEADER=${userHeader(facts)}
AUTH_PROXY_USER_CREATION=1
TRUSTED_REVERSE_PROXY_NETWORKS=${senderNetworks(facts).join(',')}
`,
        },
        commands: ['systemctl restart miniflux'],
        beware:
          'From 2.3 on Miniflux does not start without `TRUSTED_REVERSE_PROXY_NETWORKS`. Groups are not read: make administrators in Miniflux, Settings, Users. `AUTH_PROXY_USER_CREATION=0` lets in only users who are there already.',
      },
      {
        title: 'Hide its own login form',
        text: 'Once the login by header works, and an administrator of that name is there. Miniflux 2.2.11 and later.',
        file: { path: '/etc/miniflux.conf', language: 'ini', content: 'DISABLE_LOCAL_AUTH=1\n' },
        beware: 'Before that, log in once by the gateway and make that user an administrator.',
      },
      {
        title: 'Log out',
        text: `Miniflux hides its own Logout once it trusts a header. \`${signOut(facts)}\` ends the session at Authelia, without which Miniflux's own is of no use.`,
      },
      ownKeys(
        facts,
        ['/v1', '/fever', '/reader/api', '/accounts/ClientLogin'],
        'Phone apps and scripts show a key of Miniflux (Settings, API Keys; Settings, Integrations for Fever and Google Reader).',
      ),
      onlyHere(facts),
    ]
  },
}
