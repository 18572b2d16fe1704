/** Which releases a house has, and which of them serves. */
import { existsSync, lstatSync, readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { isMissing } from '../tree/standing.ts'
import { MANIFEST, type Manifest, readManifest } from './manifest.ts'
import { ApplyError } from './outside.ts'
import type { Places } from './places.ts'

/** Written into a release that `--back` leaves: it served once. */
export const LEFT = '.left'

/** How many releases before the one that serves are kept. */
export const BACKUPS = 10

export interface Release {
  readonly number: number
  /** On this disk. */
  readonly folder: string
  /** Undefined: it is unfinished. */
  readonly manifest: Manifest | undefined
}

/** Every release, the oldest first. */
export function releasesOf(places: Places): readonly Release[] {
  const folder = places.below(places.releases)
  const names = existsSync(folder) ? readdirSync(folder) : []
  return names
    .filter(name => /^(0|[1-9]\d*)$/.test(name))
    .map(Number)
    .sort((one, other) => one - other)
    .map(number => {
      const own = join(folder, String(number))
      return { number, folder: own, manifest: readManifest(own) }
    })
}

/**
 * The release that a link leads to (`current` or `running`); undefined where there is no such link.
 * @throws ApplyError where something else stands in its place
 */
export function releaseAt(places: Places, link: string): number | undefined {
  const path = places.below(link)
  try {
    if (!lstatSync(path).isSymbolicLink())
      throw new ApplyError(
        `${path} is no link, so it is not Gatehouse's. Move it away: mv ${path} ${path}.old`,
      )
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
  const to = readlinkSync(path)
  const number = /^releases\/(0|[1-9]\d*)$/.exec(to)?.[1]
  if (number === undefined)
    throw new ApplyError(`${path} leads to ${to}, which is no release. Take it away: rm ${path}`)
  return Number(number)
}

/** What an apply that was killed left: its manifest is written last. */
export function unfinished(releases: readonly Release[], current: number | undefined): readonly Release[] {
  return releases.filter(({ number, manifest }) => number !== current && manifest === undefined)
}

/** What was whole and never switched to: it does not serve, none came after it, and `--back` did not leave it. */
export function unreached(releases: readonly Release[], current: number | undefined): readonly Release[] {
  const followed = new Set(releases.map(({ manifest }) => manifest?.after))
  return releases.filter(
    ({ number, folder }) => number !== current && !followed.has(number) && !existsSync(join(folder, LEFT)),
  )
}

/**
 * The releases that are more than the newest ten beside the one that serves.
 * @param before the release to go back to: it is kept however old
 */
export function tooMany(
  releases: readonly Release[],
  current: number,
  before: number | undefined,
): Release[] {
  const others = releases.filter(({ number }) => number !== current)
  return others.slice(0, Math.max(0, others.length - BACKUPS)).filter(({ number }) => number !== before)
}

export const manifestFile = (release: string): string => join(release, MANIFEST)
