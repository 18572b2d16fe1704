/** What Authelia 4.39's validator asks of a client (internal/configuration/validator/identity_providers.go). */
import { readdirSync } from 'node:fs'
import t from 'tap'
import { OIDC_ENTRIES } from '../../../src/catalog/catalog.ts'
import { clientFor, entryOf, exampleOf } from './app.ts'

const SCOPES = ['openid', 'offline_access', 'profile', 'email', 'address', 'phone', 'groups']
const CLAIMS = [
  'name',
  'preferred_username',
  'email',
  'email_verified',
  'groups',
  'given_name',
  'family_name',
]

/** Each kind as it is, and with every optional setting. */
const clients = OIDC_ENTRIES.flatMap(({ kind, settings }) => {
  const optional = Object.entries(settings).filter(([, setting]) => setting.optional)
  const all = Object.fromEntries(optional.map(([name, setting]) => [name, exampleOf(setting)]))
  return [clientFor(kind), clientFor(kind, { settings: all })].map(client => ({ kind, client }))
})

for (const { kind, client } of clients)
  t.test(`${kind} with ${client.scopes.length} scopes`, async t => {
    const { scopes, redirect_uris, grant_types, response_types, group_claims } = client
    for (const values of [scopes, redirect_uris, grant_types, response_types, client.id_token_claims])
      t.equal(new Set(values).size, values.length, 'no value twice')
    const own = group_claims.map(({ scope }) => scope)
    t.strictSame(
      scopes.filter(scope => !SCOPES.includes(scope)),
      own,
      'a scope that Authelia does not know comes with a claim',
    )
    t.ok(scopes.includes('openid'))
    t.strictSame(
      client.id_token_claims.filter(claim => !CLAIMS.includes(claim)),
      [],
    )
    for (const uri of redirect_uris) {
      t.match(uri, /^(https:\/\/[^\s#*?]+|[a-z][a-z.]+:[^\s#*]+)$/)
      t.equal(new URL(uri).hash, '')
    }
    if (kind !== 'custom') t.ok(redirect_uris.length > 0)
    t.equal(client.public, client.token_endpoint_auth_method === 'none')
    t.equal(grant_types.includes('authorization_code'), response_types.includes('code'))
    t.equal(
      grant_types.includes('implicit'),
      response_types.some(type => type !== 'code'),
    )
    t.equal(grant_types.includes('refresh_token'), scopes.includes('offline_access'))
    if (!grant_types.includes('authorization_code'))
      t.equal(client.pkce, 'off', 'a challenge belongs to the code flow')
  })

t.test('what each was checked with', async t => {
  for (const { kind } of OIDC_ENTRIES) {
    const { version, on, sources } = entryOf(kind).checked
    t.match(version, /\d/, kind)
    t.match(on, /^2026-\d\d-\d\d$/, kind)
    t.ok(sources.length > 0 && sources.every(source => source.startsWith('https://')), kind)
  }
})

t.test('each kind is a file of its name, and each file is a kind', async t => {
  const files = readdirSync(new URL('../../../src/catalog/oidc/', import.meta.url))
  t.strictSame(files.sort(), OIDC_ENTRIES.map(({ kind }) => `${kind}.ts`).sort())
})
