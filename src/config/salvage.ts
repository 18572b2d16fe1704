import type { Path } from './fault.ts'
import { type PartialFile, partialFile } from './schema/file.ts'
import { getAt, isGroup } from './tree.ts'

type Cut = () => void

/** The cut that takes out what stands at a path, or the smallest thing around it that can be taken out. */
function cutFor(root: Record<string, unknown>, path: Path): Cut | undefined {
  for (let length = path.length; length > 0; length--) {
    const parent = getAt(root, path.slice(0, length - 1))
    const step = path[length - 1]
    // Taking an entry out of a list would move the others, and with them the places of their faults.
    if (typeof step !== 'string' || !isGroup(parent) || !Object.hasOwn(parent, step)) continue
    return () => {
      delete parent[step]
    }
  }
  return undefined
}

/**
 * What is left of a faulty file when the faulty parts are cut out, so that the rest can be checked in
 * the same run: a tired person wants to know all faults at once.
 */
export function salvage(raw: unknown): PartialFile {
  if (!isGroup(raw)) return {}
  const root = structuredClone(raw)
  for (let round = 0; round < 50; round++) {
    const result = partialFile.safeParse(root)
    if (result.success) return result.data
    const cuts = result.error.issues.flatMap(issue => {
      const path = issue.path.filter(step => typeof step !== 'symbol')
      const paths = issue.code === 'unrecognized_keys' ? issue.keys.map(key => [...path, key]) : [path]
      return paths.map(each => cutFor(root, each)).filter(cut => cut !== undefined)
    })
    // All are found before the first is made: a second fault in one list must not cut what holds it.
    for (const cut of cuts) cut()
    if (cuts.length === 0) return {}
  }
  return {}
}
