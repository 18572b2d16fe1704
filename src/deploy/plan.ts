import { autheliaFiles } from './authelia/files.ts'
import { hostFiles, hostLinks } from './host/files.ts'
import { nginxFiles, nginxLinks } from './nginx/files.ts'
import { sheetFiles } from './sheets.ts'
import type { House, Plan, PlannedFile, PlannedLink } from './types.ts'

/** A room of the house: what it renders, and by which links other programs find that. Pure. */
export interface Room {
  readonly files: (house: House) => readonly PlannedFile[]
  readonly links?: (house: House) => readonly PlannedLink[]
}

/** Every room, in the order in which `apply` shows them. */
export const ROOMS: readonly Room[] = [
  { files: autheliaFiles },
  { files: nginxFiles, links: nginxLinks },
  { files: hostFiles, links: hostLinks },
  { files: sheetFiles },
]

/** What a path in the tree may look like: it is joined to folders, so it never leaves them. */
const inTheTree = /^(?!.*(?:^|\/)\.)[\w.@+-]+(?:\/[\w.@+-]+)*$/

/**
 * Everything that is rendered of a house, in the order of the rooms and of the paths within each.
 * @throws RangeError where two rooms render one path, or a path leaves the tree: a mistake of ours
 */
export function planOf(house: House, rooms: readonly Room[] = ROOMS): Plan {
  const files = rooms.flatMap(room => [...room.files(house)].sort(byPath))
  const links = rooms.flatMap(room => room.links?.(house) ?? [])
  const seen = new Set<string>()
  for (const { path } of files) {
    if (!inTheTree.test(path)) throw new RangeError(`"${path}" is no path of a rendered tree`)
    if (seen.has(path)) throw new RangeError(`"${path}" is rendered twice`)
    seen.add(path)
  }
  for (const { path, to } of links)
    if (!seen.has(to)) throw new RangeError(`${path} would lead to "${to}", which is not rendered`)
  return { files, links }
}

const byPath = (one: PlannedFile, other: PlannedFile): number => (one.path < other.path ? -1 : 1)
