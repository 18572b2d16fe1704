/** Where a house keeps its releases. */
import { join } from 'node:path'

/** Paths on the machine itself; `below` puts them on the disk that they are written to. */
export interface Places {
  readonly house: string
  /** The link to the release that serves. */
  readonly current: string
  /** The link to the release that every program has taken and answers with; absent while that is not known. */
  readonly running: string
  readonly releases: string
  /** The release as it is tested: the same, with paths that lead to itself. */
  readonly trial: string
  readonly lock: string
  /** The path on this disk of an absolute path of the target. */
  readonly below: (path: string) => string
}

/**
 * @param folder `config.deploy.folder`
 * @param root the folder that the target's `/` is found under; empty for this machine
 */
export function placesOf(folder: string, root = ''): Places {
  const house = join(folder, 'house')
  return {
    house,
    current: join(house, 'current'),
    running: join(house, 'running'),
    releases: join(house, 'releases'),
    trial: join(house, 'trial'),
    lock: join(house, 'lock'),
    below: path => (root === '' ? path : join(root, path)),
  }
}

/** Beside a link while it is replaced; it begins with a dot, which no `include *` takes. */
export const FRESH = '.gatehouse-fresh'
