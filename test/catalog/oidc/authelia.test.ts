/** Every kind as a client in Authelia's configuration, held against its own schema. */
import t from 'tap'
import { stringify } from 'yaml'
import { OIDC_ENTRIES } from '../../../src/catalog/catalog.ts'
import { autheliaFiles } from '../../../src/deploy/authelia/files.ts'
import { KEYS, merged, schemaFaults, type Tree } from '../../deploy/authelia/schema.ts'
import { houseOf } from '../../deploy/houses.ts'
import { exampleOf, needed } from './app.ts'

/** gatehouse.yml with an app of each kind. @param optional whether settings that may be left out are there */
function allApps(optional: boolean): string {
  const apps = OIDC_ENTRIES.map(entry => {
    const { kind, settings } = entry
    const others = Object.entries(settings).filter(([, setting]) => setting.optional)
    const more = Object.fromEntries(others.map(([name, setting]) => [name, exampleOf(setting)]))
    const app = {
      kind,
      url: `https://${kind}.haus.test`,
      settings: { ...needed(entry), ...(optional ? more : {}) },
      ...(optional ? { groups: ['family'], policy: 'two_factor' } : {}),
      ...(kind === 'custom' ? { client: { redirect_uris: ['https://custom.haus.test/cb'] } } : {}),
    }
    return [kind, app] as const
  })
  return stringify({
    domain: 'haus.test',
    authelia: { url: 'http://127.0.0.1:9091' },
    oidc_apps: Object.fromEntries(apps),
  })
}

for (const optional of [false, true])
  t.test(optional ? 'with every setting' : 'as they are', async t => {
    const tree = merged(autheliaFiles(houseOf(t, allApps(optional)))[0]?.content ?? '', KEYS)
    t.strictSame(schemaFaults(tree), [])
    const { clients } = (tree.identity_providers as Tree).oidc as Tree
    t.equal((clients as Tree[]).length, OIDC_ENTRIES.length)
  })
