import type { HeaderEntry, IdentityWord } from '../types.ts'
import { cgiName, headerFor, onlyHere, ownKeys, signOut, userHeader } from './facts.ts'
import { HEADER_KINDS } from './kinds.ts'

const ATTRIBUTES: readonly (readonly [IdentityWord, string])[] = [
  ['name', 'name'],
  ['email', 'contact_email'],
]

/** Seafile by its remote-user login; `oidc_apps` has it as well, which is the better way where it can be had. */
export const seafile: HeaderEntry = {
  ...HEADER_KINDS.seafile,
  checked: {
    version: 'the documents of Seafile 13, and the source of Seahub',
    on: '2026-11-24',
    sources: [
      'https://manual.seafile.com/latest/config/remote_user/',
      'https://github.com/haiwen/seahub/blob/master/seahub/auth/middleware.py',
      'https://github.com/haiwen/seahub/blob/master/seahub/auth/views.py',
      'https://github.com/benoitc/gunicorn/blob/master/gunicorn/http/message.py',
    ],
    unsure:
      'It was read, not run; that the login page itself may be a protected path comes from the source alone.',
  },
  steps: facts => {
    const attributes = ATTRIBUTES.flatMap(([what, attribute]) => {
      const header = headerFor(facts, what)
      return header === undefined ? [] : [`    '${cgiName(header)}': '${attribute}',\n`]
    })
    const map = attributes.length === 0 ? '' : `REMOTE_USER_ATTRIBUTE_MAP = {\n${attributes.join('')}}\n`
    return [
      {
        title: 'Trust the header',
        file: {
          path: '/opt/seafile/conf/seahub_settings.py',
          language: 'python',
          content: `ENABLE_REMOTE_USER_AUTHENTICATION = True
REMOTE_USER_HEADER = '${cgiName(userHeader(facts))}'
# Seafile's users are addresses: alice becomes alice@${facts.domain}.
REMOTE_USER_DOMAIN = '${facts.domain}'
REMOTE_USER_CREATE_UNKNOWN_USER = True
REMOTE_USER_ACTIVATE_USER_AFTER_CREATION = True
# Only on these paths is the header looked at; without the second, people click "Single Sign-On" once.
REMOTE_USER_PROTECTED_PATH = ['sso', 'accounts/login']
${map}LOGOUT_REDIRECT_URL = '${signOut(facts)}'
SERVICE_URL = '${facts.url}'
FILE_SERVER_ROOT = '${facts.url}/seafhttp'
CSRF_TRUSTED_ORIGINS = ['${facts.url}']
`,
        },
        commands: ['/opt/seafile/seafile-server-latest/seahub.sh restart'],
        beware:
          "The name of the header is written as Django has it: capitals, underscores, `HTTP_` before it. Seafile's manual asks for `forwarder_headers` in gunicorn.conf.py from version 12 on: that is for a header spelled with an underscore, and Gatehouse sends it with a hyphen, which passes as it is. Seafile has no list of trusted proxies.",
      },
      {
        title: 'Keep an administrator',
        text: 'The administrator made at the installation keeps its password. Logged in as it, make your own user an administrator (System Admin, Users). A user of Seafile with the same address is the same user: check the list first.',
      },
      ownKeys(
        facts,
        ['/api2', '/api/v2.1', '/seafhttp', '/seafdav', '/notification'],
        'The desktop and phone programs log in with an address and a password of Seafile itself. People who came by the header have no password there until an administrator sets one; WebDAV has a password of its own (Settings).',
      ),
      onlyHere(facts, 'Seahub listens where `bind` in /opt/seafile/conf/gunicorn.conf.py says.'),
    ]
  },
}
