/** What would be done: reads everything and changes nothing. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Change, differences } from '../tree/difference.ts'
import { type StandingFile, standingIn } from '../tree/standing.ts'
import type { Plan, PlannedLink } from '../types.ts'
import { linksInto, obstacle, stateOf } from './links.ts'
import { editedSince, withoutPlaceholders } from './manifest.ts'
import type { Outside } from './outside.ts'
import { type Places, placesOf } from './places.ts'
import { type Release, releaseAt, releasesOf } from './releases.ts'
import { withWants } from './wants.ts'

/** What shall stand. */
export interface Wish {
  /** `config.deploy.folder` */
  readonly folder: string
  /** The folder that the target's `/` is found under; empty for this machine. */
  readonly root: string
  /** The house as it would be found under a path of the target: the same files, naming each other by it. */
  readonly render: (current: string) => Plan
  /** The host whose page NGINX shall answer with afterwards: the portal's. */
  readonly host: string
  /** NGINX's own main configuration, on the target. */
  readonly nginx: string
  /** The release to return to, instead of writing one. */
  readonly back?: number
}

export interface Survey {
  readonly wish: Wish
  readonly places: Places
  readonly plan: Plan
  readonly releases: readonly Release[]
  /** The release that serves; undefined: there is none yet. */
  readonly current: number | undefined
  /** What it holds now. */
  readonly standing: ReadonlyMap<string, StandingFile>
  /** The release that every program is known to have taken; undefined where that is not known. */
  readonly running: number | undefined
  readonly changes: readonly Change[]
  /** Paths of the release that serves which somebody changed by hand. */
  readonly edited: readonly string[]
  readonly linksToMake: readonly PlannedLink[]
  /** Links of ours that the plan no longer has. */
  readonly linksToDrop: readonly PlannedLink[]
  /** What has to be cleared away by a person first. */
  readonly obstacles: readonly string[]
  /** What this user may not do. */
  readonly forbidden: readonly string[]
  /** The switch was made, and what comes after it was not finished. */
  readonly unfinished: boolean
}

/** @throws ApplyError where a place of ours is taken by something else */
export function survey(wish: Wish, outside: Outside): Survey {
  const places = placesOf(wish.folder, wish.root)
  const plan = withWants(wish.render(places.current))
  const releases = releasesOf(places)
  const current = releaseAt(places, places.current)
  const running = releaseAt(places, places.running)
  const here = releases.find(({ number }) => number === current)
  const standing = standingIn(places.below(places.current))
  const linksToMake = plan.links.filter(link => stateOf(places, link).is !== 'right')
  const found = {
    wish,
    places,
    plan,
    releases,
    current,
    standing,
    running,
    changes: differences(withoutPlaceholders(standing), plan.files),
    edited: here === undefined ? [] : editedSince(here.manifest, standing),
    linksToMake,
    linksToDrop: formerLinks(places, releases, plan),
    obstacles: linksToMake.flatMap(link => obstacle(places, link) ?? []),
    unfinished: current !== undefined && running !== current,
  }
  return { ...found, forbidden: forbidden(found, outside) }
}

/** Whether everything is as it shall be already. */
export function nothingToDo(found: Survey): boolean {
  const { changes, linksToMake, linksToDrop, unfinished, wish, current } = found
  if (wish.back !== undefined) return false
  return (
    changes.length + linksToMake.length + linksToDrop.length === 0 && !unfinished && current !== undefined
  )
}

/** One text for what was shown to a person, to see whether it is still so when they have said yes. */
export function fingerprint({ current, running, changes, linksToMake, linksToDrop }: Survey): string {
  return JSON.stringify({ current, running, changes, linksToMake, linksToDrop })
}

/** Links of releases before that the plan does not have, and any that would lead to nothing. */
function formerLinks(places: Places, releases: readonly Release[], plan: Plan): readonly PlannedLink[] {
  const known = releases.flatMap(({ manifest }) => manifest?.links ?? [])
  const planned = new Set(plan.links.map(({ path }) => path))
  const files = new Set(plan.files.map(({ path }) => path))
  const folders = new Set([...plan.links, ...known].map(({ path }) => dirname(path)))
  return [...folders].flatMap(folder =>
    linksInto(places, folder).filter(
      ({ path, to }) => !planned.has(path) && (known.some(link => link.path === path) || !files.has(to)),
    ),
  )
}

type Found = Pick<Survey, 'places' | 'linksToMake' | 'linksToDrop' | 'wish'>

/** What has to be written and may not be by this user; a folder that is not there yet counts by the one above it. */
function forbidden({ places, linksToMake, linksToDrop, wish }: Found, outside: Outside): string[] {
  const nearest = (path: string): string => (existsSync(path) ? path : nearest(dirname(path)))
  const folders = new Set([
    nearest(places.below(places.releases)),
    ...[...linksToMake, ...linksToDrop].map(({ path }) => nearest(dirname(places.below(path)))),
  ])
  const faults = [...folders]
    .filter(folder => !outside.mayWrite(folder))
    .map(folder => `write into ${folder}`)
  if (outside.uid === 0 || wish.root !== '') return faults
  return [...faults, 'have NGINX and systemd take the new files']
}

/** Where the release would stand that comes next. */
export function nextRelease({ releases, places }: Survey): { number: number; folder: string } {
  const number = Math.max(0, ...releases.map(release => release.number)) + 1
  return { number, folder: join(places.releases, String(number)) }
}
