/** The discovery document says of each thing what Authelia's says, or less of it: never what is not served. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { discovery, metadata } from '../../src/portal/oidc/discovery.ts'
import { FOLDER } from './exchange.ts'
import { ISSUER } from './oidc-subject.ts'

const recorded = (name: string): Record<string, unknown> => {
  const rows = readFileSync(join(FOLDER, 'oidc.jsonl'), 'utf8').split('\n')
  const row = rows
    .map(line => (line === '' ? undefined : JSON.parse(line)))
    .find(r => r?.name === `oidc/${name}`)
  return JSON.parse(row.response.body)
}

/** Fields with one value, where ours is another. */
const DIFFERENT = {
  request_parameter_supported: 'no signed requests: pushed ones do as well',
  request_uri_parameter_supported: 'no addresses that the portal would have to fetch',
  require_request_uri_registration: 'none can be registered',
  userinfo_signing_alg_values_supported: 'plain JSON alone',
} as const

/** Fields that are left out, each with its kin. */
const LEFT_OUT =
  /^device_authorization_|_encryption_|^request_object_|^authorization_signing_|^introspection_signing_|_auth_signing_/

const SCOPES = ['offline_access', 'openid', 'profile', 'email', 'groups']

for (const [name, document] of Object.entries({
  'openid-configuration': discovery(ISSUER, SCOPES),
  'oauth-authorization-server': metadata(ISSUER, SCOPES),
})) {
  t.test(name, async t => {
    const theirs = recorded(name)
    for (const [field, value] of Object.entries(document)) {
      const was = theirs[field]
      if (Object.hasOwn(DIFFERENT, field)) continue
      if (!Array.isArray(value)) t.equal(value, was, field)
      else for (const one of value) t.ok((was as unknown[]).includes(one), `${field}: ${one}`)
    }
    const missing = Object.keys(theirs).filter(field => !(field in document) && !LEFT_OUT.test(field))
    t.strictSame(missing, [], 'nothing else is left out')
  })
}
