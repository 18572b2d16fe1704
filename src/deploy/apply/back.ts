/** The release before, as a wish. */
import { join } from 'node:path'
import { standingIn } from '../tree/standing.ts'
import { withoutPlaceholders } from './manifest.ts'
import { ApplyError } from './outside.ts'
import { placesOf } from './places.ts'
import { releaseAt, releasesOf } from './releases.ts'
import type { Wish } from './survey.ts'

/**
 * What `apply --back` wishes for: the release that served when the one that serves now was written.
 * @throws ApplyError where there is none
 */
export function wishBack(wish: Wish): Wish & { readonly back: number } {
  const places = placesOf(wish.folder, wish.root)
  const releases = releasesOf(places)
  const current = releaseAt(places, places.current)
  if (current === undefined)
    throw new ApplyError(`Nothing is in place at ${places.below(places.house)} yet, so there is no way back.`)
  const after = releases.find(({ number }) => number === current)?.manifest?.after
  const before = releases.find(({ number }) => number === after)
  if (before === undefined)
    throw new ApplyError(`Release ${current} is the oldest that is kept: there is none before it.`)
  const files = [...withoutPlaceholders(standingIn(before.folder))]
  const links = before.manifest?.links ?? []
  return {
    ...wish,
    back: before.number,
    // Its files were rendered to be found at `current`; for the trial they are led elsewhere.
    render: current => ({
      links,
      files: files.map(([path, { content, mode }]) => ({
        path,
        content: content.replaceAll(`${places.current}/`, `${current}/`),
        mode,
        about: `of release ${before.number}`,
      })),
    }),
  }
}

/** Where a release stands on this disk, for a person who wants to look at it. */
export const folderOf = (wish: Wish, release: number): string => {
  const places = placesOf(wish.folder, wish.root)
  return places.below(join(places.releases, String(release)))
}
