/** Authelia's own JSON Schema, and configurations read as Authelia merges them. */
import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { parse } from 'yaml'

const schema = new URL('../../golden/authelia/configuration.v4.39.schema.json', import.meta.url)
const ajv = new Ajv2020({
  strict: false,
  allErrors: true,
  verbose: true,
  // Its patterns escape what `u` lets nobody escape.
  unicodeRegExp: false,
  formats: { uri: true, hostname: true, regex: true, email: /^[^\s<>@]+@[^\s<>@]+$/ },
})
const validate = ajv.compile(JSON.parse(readFileSync(schema, 'utf8')) as object)

export type Tree = { [key: string]: unknown }

/** Signing keys as they come beside the rendered configuration; the key itself is no key. */
export const KEYS = `identity_providers:
  oidc:
    jwks:
      - key_id: 'gatehouse'
        algorithm: 'RS256'
        use: 'sig'
        key: |
          -----BEGIN PRIVATE KEY-----
          bm9uZSBub25lIG5vbmUgbm9uZSBub25lIG5vbmUgbm9uZSBub25lIG5vbmUgbm9u
          bm9uZQ==
          -----END PRIVATE KEY-----
`

const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function merge(one: Tree, other: Tree): Tree {
  const merged = { ...one }
  for (const [key, value] of Object.entries(other)) {
    const before = merged[key]
    merged[key] = isTree(before) && isTree(value) ? merge(before, value) : value
  }
  return merged
}

/** Several files as one: mappings are merged, everything else is replaced (koanf, StrictMerge off). */
export const merged = (...texts: readonly string[]): Tree =>
  texts.map(text => parse(text) as Tree).reduce(merge, {})

/**
 * What Authelia's schema has against a configuration; empty: nothing. It knows no scope but the standard ones,
 * where the program takes those that the same file defines (validateOIDCScopes, and Authelia's own guide for
 * Nextcloud), so these are let pass.
 */
export function schemaFaults(tree: Tree): string[] {
  validate(tree)
  const provider = ((tree.identity_providers as Tree | undefined)?.oidc ?? {}) as Tree
  const own = Object.keys((provider.scopes ?? {}) as Tree)
  return (validate.errors ?? [])
    .filter(({ instancePath, data }) => !(SCOPE.test(instancePath) && own.includes(String(data))))
    .map(({ instancePath, message, params }) => [instancePath, message, JSON.stringify(params)].join(' '))
}

const SCOPE = /^\/identity_providers\/oidc\/clients\/\d+\/scopes\/\d+$/
