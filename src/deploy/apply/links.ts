/** The links by which NGINX and systemd find the house. */
import { existsSync, lstatSync, readdirSync, readlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isMissing } from '../tree/standing.ts'
import type { PlannedLink } from '../types.ts'
import type { Outside } from './outside.ts'
import { FRESH, type Places } from './places.ts'
import { isWant } from './wants.ts'

/** What stands in the place of a link. */
export type LinkState =
  | { readonly is: 'right' | 'absent' | 'homeless' }
  /** A link of ours that leads elsewhere in the house. */
  | { readonly is: 'ours'; readonly to: string }
  | { readonly is: 'foreign'; readonly what: string }

const targetOf = (places: Places, link: PlannedLink): string => join(places.current, link.to)

export function stateOf(places: Places, link: PlannedLink): LinkState {
  const path = places.below(link.path)
  try {
    const found = lstatSync(path)
    if (!found.isSymbolicLink())
      return { is: 'foreign', what: found.isDirectory() ? 'a folder' : `a file of ${found.size} bytes` }
    const to = readlinkSync(path)
    if (to === targetOf(places, link)) return { is: 'right' }
    return to.startsWith(`${places.house}/`) ? { is: 'ours', to } : { is: 'foreign', what: `a link to ${to}` }
  } catch (error) {
    if (!isMissing(error)) throw error
    return { is: existsSync(dirname(path)) || isWant(path) ? 'absent' : 'homeless' }
  }
}

/** What keeps a link from being made, and what to do about it; undefined: nothing. */
export function obstacle(places: Places, link: PlannedLink): string | undefined {
  const path = places.below(link.path)
  const state = stateOf(places, link)
  if (state.is === 'foreign')
    return `${path} is there already and is not Gatehouse's: ${state.what}. It is left alone. Look at it, then move it away: mv ${path} ${join(dirname(path), `..`, `${link.to.split('/').at(-1)}.before-gatehouse`)}`
  if (state.is !== 'homeless') return undefined
  const advice = link.to.startsWith('nginx/')
    ? 'Is NGINX installed? Debian: apt-get install nginx'
    : `Make it, if that is where it belongs: mkdir -p ${dirname(path)}`
  return `There is no folder ${dirname(path)} for the link ${link.path}. ${advice}`
}

/** Makes a link, or turns one of ours to the right place; never overwrites what is not ours. */
export function makeLink(places: Places, link: PlannedLink, { disk }: Pick<Outside, 'disk'>): void {
  const path = places.below(link.path)
  const folder = dirname(path)
  if (stateOf(places, link).is === 'ours') {
    const fresh = join(folder, FRESH)
    disk.remove(fresh)
    disk.symlink(targetOf(places, link), fresh)
    disk.rename(fresh, path)
  } else {
    if (isWant(path)) disk.mkdir(folder)
    disk.symlink(targetOf(places, link), path)
  }
  disk.sync(folder)
}

/** Takes a link away, if it is still ours. */
export function dropLink(places: Places, link: PlannedLink, { disk }: Pick<Outside, 'disk'>): void {
  const path = places.below(link.path)
  // In `.wants` the name may be somebody else's link.
  if (!targetAt(path)?.startsWith(`${places.house}/`)) return
  disk.remove(path)
  disk.sync(dirname(path))
}

/** The links in a folder of the target that lead into the release that serves. */
export function linksInto(places: Places, folder: string): readonly PlannedLink[] {
  const here = places.below(folder)
  if (!existsSync(here)) return []
  return readdirSync(here).flatMap(name => {
    const to = targetAt(join(here, name))
    const inside = to?.startsWith(`${places.current}/`)
    return inside ? [{ path: join(folder, name), to: to?.slice(places.current.length + 1) ?? '' }] : []
  })
}

function targetAt(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    return undefined
  }
}
