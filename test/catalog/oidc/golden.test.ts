/** The sheet of each kind, whole: an address with a port or a path, every setting, groups, the own authority. */
import t from 'tap'
import { OIDC_ENTRIES } from '../../../src/catalog/catalog.ts'
import { markdownSheet } from '../../../src/catalog/sheet/markdown.ts'
import { oidcSheet } from '../../../src/catalog/sheet/sheet.ts'
import type { Setting } from '../../../src/catalog/types.ts'
import { golden } from '../sheet/golden.ts'
import { exampleOf, factsOf } from './app.ts'

const URLS: Readonly<Record<string, string>> = {
  proxmox: 'https://pve.haus.test:8006',
  'proxmox-backup': 'https://pbs.haus.test:8007',
  cloudflare: 'https://example-team.cloudflareaccess.com',
  guacamole: 'https://desk.haus.test/guacamole',
  grafana: 'https://haus.test/grafana',
  paperless: 'https://haus.test/paperless',
  'node-red': 'https://flows.haus.test:1880',
}

/** What is not the default: another choice, or the example. Names that have a default keep it. */
const other = (setting: Setting): string =>
  setting.choices?.find(choice => choice !== setting.default) ?? setting.default ?? exampleOf(setting)

for (const { kind, settings } of OIDC_ENTRIES.filter(entry => entry.kind !== 'custom'))
  t.test(kind, async t => {
    const wanted = {
      url: URLS[kind] ?? `https://${kind}.haus.test`,
      settings: Object.fromEntries(Object.entries(settings).map(([name, setting]) => [name, other(setting)])),
      groups: ['family', 'friends of ours'],
      authority: '/usr/local/share/ca-certificates/gatehouse.crt',
    }
    const { client, ...facts } = factsOf(kind, wanted)
    golden(t, `${kind}.md`, markdownSheet(oidcSheet({ kind, facts, client, secret: facts.secret })))
  })
