/** A part of the rendered configuration, for tests that hand it to real servers. */
import type { Test } from 'tap'
import { autheliaFiles } from '../../../src/deploy/authelia/files.ts'
import type { House } from '../../../src/deploy/types.ts'
import { houseOf } from '../houses.ts'
import { merged, type Tree } from './schema.ts'

/** The house of a `deploy`, with its rendered configuration read as Authelia reads it. */
export function renderedOf(t: Test, deploy: string): { house: House; tree: Tree } {
  const yml = `domain: example.com
authelia: { url: http://127.0.0.1:9091 }
apps: { cam: { upstream: http://127.0.0.1:8080 } }
deploy: ${deploy}
`
  const house = houseOf(t, yml)
  return { house, tree: merged(autheliaFiles(house)[0]?.content ?? '') }
}

/** The value at a path. @throws where nothing is there */
export function at(tree: Tree, ...path: readonly string[]): Tree {
  let here: unknown = tree
  for (const key of path) here = (here as Tree | undefined)?.[key]
  if (here === undefined) throw new Error(`no ${path.join('.')} is rendered`)
  return here as Tree
}
