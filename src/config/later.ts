import type { Path } from './fault.ts'

/**
 * Keys of the design whose feature this version does not have yet. They are refused by name: a key that
 * is accepted and ignored would leave a door open that its owner believes shut. `*` is any app.
 */
const later: readonly (readonly [string, string])[] = [
  ['oidc', "Gatehouse's own session"],
  ['apps.*.sign_in', 'signing in at the upstream'],
  ['apps.*.assertion', 'a signed assertion beside the headers'],
  ['apps.*.oidc', 'OpenID Connect for a single app'],
]

/** What a key will be for, where a later version has it. */
export function comesLater(path: Path): string | undefined {
  const written = path.map((step, index) => (index === 1 && path[0] === 'apps' ? '*' : step)).join('.')
  return later.find(([key]) => key === written)?.[1]
}

/** The keys as a list, for the documents. */
export const laterKeys: readonly string[] = later.map(([key]) => key.replace('*', '<app>'))
