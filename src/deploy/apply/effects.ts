/** What has to be told of a switch: whoever has read something that is now different, and nobody else. */
import type { StandingFile } from '../tree/standing.ts'
import type { PlannedLink } from '../types.ts'
import { readUnit, unitOf } from './unit.ts'

type Tree = ReadonlyMap<string, StandingFile>

/** A release as others see it. */
export interface Seen {
  readonly files: Tree
  readonly links: readonly PlannedLink[]
}

export interface Effects {
  /** systemd has to read units anew. */
  readonly units: boolean
  /** Units to start, or to start anew. */
  readonly start: readonly string[]
  /** Units that are no more. */
  readonly stop: readonly string[]
  /** NGINX has to read its configuration anew. */
  readonly nginx: boolean
}

/** @param before undefined: what was read is not known, so that everybody is told */
export function effectsOf(before: Seen | undefined, after: Seen): Effects {
  const differs = (path: string): boolean =>
    before === undefined || before.files.get(path)?.content !== after.files.get(path)?.content
  const paths = new Set([...(before?.files.keys() ?? []), ...after.files.keys()])
  const within = (folder: string): boolean =>
    [...paths].some(path => path.startsWith(`${folder}/`) && differs(path))
  const linksOf = (seen: Seen | undefined, folder: string): string =>
    JSON.stringify(seen?.links.filter(({ to }) => to.startsWith(`${folder}/`)) ?? [])
  const relinked = (folder: string): boolean => linksOf(before, folder) !== linksOf(after, folder)
  const here = unitsOf(after)
  const there = unitsOf(before)
  const changed = [...here].filter(
    ([name, link]) =>
      !there.has(name) || differs(link.to) || (name === 'authelia.service' && within('authelia')),
  )
  const gone = [...there].filter(([name]) => !here.has(name))
  return {
    units: (here.size > 0 || gone.length > 0) && (within('systemd') || relinked('systemd')),
    start: changed.filter(([, link]) => runs(after.files.get(link.to)?.content ?? '')).map(([name]) => name),
    stop: gone.map(([name]) => name),
    nginx: after.links.concat(before?.links ?? []).some(({ to }) => to.startsWith('nginx/'))
      ? within('nginx') || relinked('nginx')
      : false,
  }
}

function unitsOf(seen: Seen | undefined): Map<string, PlannedLink> {
  return new Map(
    (seen?.links ?? []).flatMap(link => {
      const name = unitOf(link)
      return name === undefined ? [] : [[name, link] as const]
    }),
  )
}

/** Whether a unit runs all the time; what something else starts when it is due is left to that. */
function runs(content: string): boolean {
  const { wantedBy, type } = readUnit(content)
  return wantedBy.length > 0 && type !== 'oneshot'
}
