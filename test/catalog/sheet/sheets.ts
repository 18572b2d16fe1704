/** Sheets for the tests: one of every part, and one whose every text is hostile. */
import { clientOf } from '../../../src/catalog/client.ts'
import { headerSheet, oidcSheet, type Sheet } from '../../../src/catalog/sheet/sheet.ts'
import type { HeaderFacts, Step } from '../../../src/catalog/types.ts'

const place = { url: 'https://cloud.example.com', portal: 'https://auth.example.com', domain: 'example.com' }

const facts = { name: 'cloud', ...place, settings: {}, groups: ['family'] }
const client = clientOf('custom', facts, {
  client_id: 'cloud',
  policy: 'two_factor',
  consent: 'implicit',
  overrides: { redirect_uris: ['https://cloud.example.com/oauth2/callback'] },
})
const publicClient = { ...client, public: true, token_endpoint_auth_method: 'none' as const }

export const SECRET = 'hunter2-hunter2-hunter2-hunter2-hunter2'

export const masked = (): Sheet => oidcSheet({ kind: 'custom', facts, client })
export const shown = (): Sheet => oidcSheet({ kind: 'custom', facts, client, secret: SECRET })
export const withoutSecret = (): Sheet => oidcSheet({ kind: 'custom', facts, client: publicClient })

const headerFacts: HeaderFacts = {
  name: 'wiki',
  ...place,
  url: 'https://wiki.example.com',
  settings: {},
  groups: [],
  upstream: 'http://127.0.0.1:5000',
  identity_headers: { 'Remote-User': 'user', 'Remote-Groups': 'groups' },
  policy: 'one_factor',
}
export const plain = (change: Partial<HeaderFacts> = {}): Sheet =>
  headerSheet({ facts: { ...headerFacts, ...change } })

const steps: readonly Step[] = [
  {
    title: 'Write the file',
    text: 'The key `allow_all` says it; an umlaut is ü, and this line is long enough to be wrapped in a terminal of eighty columns.',
    file: {
      path: '/etc/app/app.ini',
      language: 'ini',
      content: '[auth]\nheader = Remote-User\n\n[log]\nlevel = info\n',
    },
  },
  { title: 'Run it', commands: ['systemctl restart app', "app --set 'a b'"], beware: 'It takes `10 s`.' },
  {
    title: 'Fill in the page',
    fields: [
      ['Name', 'authelia'],
      ['Scopes', 'openid profile'],
      ['Leave empty', ''],
    ],
  },
]
/** Every part that a step can have. */
export const full = (): Sheet => ({
  ...plain(),
  title: 'Wiki',
  steps,
  warnings: ['Something `odd`.'],
  settings: [{ name: 'source', describe: 'The name of the `source`.', value: 'authelia', example: 'sso' }],
  example: true,
})

/** HTML, Markdown, escapes of a terminal and marks of direction in every place. */
export const EVIL =
  '<img src=x onerror=alert(1)>"\'&amp; *a* _b_ [c](javascript:x) | ~~~ \u001b[2J\u009b\u202e\u0000\\'
const TICKS = `${EVIL} \`\` \`\`\``
const evilStep: Step = {
  title: EVIL,
  text: EVIL,
  file: { path: EVIL, language: 'ini', content: `${EVIL}\n${TICKS}` },
  commands: [TICKS],
  fields: [[EVIL, TICKS]],
  beware: EVIL,
}
export const evil = (): Sheet => ({
  app: EVIL,
  title: EVIL,
  signsIn: EVIL,
  example: false,
  facts: [[EVIL, EVIL]],
  masked: { placeholder: EVIL, command: EVIL },
  showsSecret: false,
  warnings: [EVIL],
  steps: [evilStep],
  settings: [{ name: EVIL, describe: EVIL, value: EVIL, example: EVIL }],
  checked: {
    version: EVIL,
    on: EVIL,
    sources: [EVIL, `https://example.com/${EVIL}`, 'javascript:alert(1)'],
    unsure: EVIL,
  },
})
