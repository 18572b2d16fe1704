import type { HeaderEntry } from '../types.ts'
import { cgiName, listenHost, listenPort, onlyHere, ownKeys, signOut, userHeader } from './facts.ts'
import { HEADER_KINDS } from './kinds.ts'

/** Paperless-ngx: scanned documents. */
export const paperless: HeaderEntry = {
  ...HEADER_KINDS.paperless,
  checked: {
    version: 'the documents and source of Paperless-ngx 3.0.5',
    on: '2026-11-24',
    sources: [
      'https://docs.paperless-ngx.com/configuration/#PAPERLESS_ENABLE_HTTP_REMOTE_USER',
      'https://github.com/paperless-ngx/paperless-ngx/blob/dev/src/paperless/auth.py',
    ],
    unsure: 'It was read, not run.',
  },
  steps: facts => [
    {
      title: 'Trust the header',
      text: 'With Docker these lines belong into `docker-compose.env`, without it into `paperless.conf`.',
      file: {
        path: 'paperless.conf',
        language: 'ini',
        content: `PAPERLESS_URL=${facts.url}
PAPERLESS_BIND_ADDR=${listenHost(facts)}
PAPERLESS_PORT=${listenPort(facts, 8000)}
PAPERLESS_ENABLE_HTTP_REMOTE_USER=true
PAPERLESS_HTTP_REMOTE_USER_HEADER_NAME=${cgiName(userHeader(facts))}
PAPERLESS_LOGOUT_REDIRECT_URL=${signOut(facts)}
`,
      },
      commands: ['systemctl restart paperless-webserver'],
      beware:
        "The name of the header is written as Django has it: capitals, underscores, `HTTP_` before it. Paperless has no list of trusted proxies: who reaches its port is who they say. In Docker leave `PAPERLESS_BIND_ADDR` and `PAPERLESS_PORT` out, and publish the container's port on the loopback address alone.",
    },
    {
      title: 'Make somebody an administrator',
      text: 'A new user is made at the first login and may do nothing. The command names one who may do everything; the others get permissions in Paperless, Settings, Users & Groups.',
      commands: [
        `python3 manage.py shell -c "from django.contrib.auth.models import User; User.objects.filter(username='YOUR-NAME').update(is_staff=True, is_superuser=True)"`,
      ],
      beware:
        'A user of Paperless with the same name as one of Authelia is the same user: check the list first.',
    },
    ownKeys(
      facts,
      ['/api'],
      'The phone app and scripts show a token of Paperless (My Profile). For its API the header does not count unless `PAPERLESS_ENABLE_HTTP_REMOTE_USER_API` says so: leave that off.',
    ),
    onlyHere(facts),
  ],
}
