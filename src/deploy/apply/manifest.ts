/** What is written down with a release: whether it is whole, and what it was when it was written. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { StandingFile } from '../tree/standing.ts'
import type { PlannedLink } from '../types.ts'

/** In the release's own folder; written last, so a release without it is unfinished. */
export const MANIFEST = '.manifest.json'

/**
 * Stands where a link leads and the release has nothing: a comment to NGINX and to systemd. With it a link can
 * be made before the release that brings the file, and be taken away after the one that drops it.
 */
export const PLACEHOLDER = '# Nothing here. Gatehouse keeps this file while a link leads to it.\n'

export interface Manifest {
  /** When it was written, RFC 3339. */
  readonly made: string
  /** The release that served when it was written. */
  readonly after?: number
  /** SHA-256 by path. */
  readonly files: Readonly<Record<string, string>>
  readonly links: readonly PlannedLink[]
}

export const digestOf = (content: string): string => createHash('sha256').update(content).digest('hex')

/** The manifest of a release's folder; undefined where there is none, or half of one. */
export function readManifest(folder: string): Manifest | undefined {
  try {
    const found = JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8')) as Manifest
    const whole = typeof found.files === 'object' && found.files !== null && Array.isArray(found.links)
    return whole ? found : undefined
  } catch {
    return undefined
  }
}

/** The files of a release without placeholders. */
export function withoutPlaceholders(standing: ReadonlyMap<string, StandingFile>): Map<string, StandingFile> {
  return new Map([...standing].filter(([, { content }]) => content !== PLACEHOLDER))
}

/** The paths that somebody changed, added or took away since the release was written. */
export function editedSince(
  manifest: Manifest | undefined,
  standing: ReadonlyMap<string, StandingFile>,
): readonly string[] {
  if (manifest === undefined) return [...standing.keys()]
  const now = withoutPlaceholders(standing)
  const paths = new Set([...Object.keys(manifest.files), ...now.keys()])
  return [...paths].filter(path => {
    const file = now.get(path)
    return file === undefined || digestOf(file.content) !== manifest.files[path]
  })
}
