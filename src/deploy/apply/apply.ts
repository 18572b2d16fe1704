/**
 * Puts a release in place. The order is the safety argument: until `current` is turned, nothing that any
 * program reads is different; the turn is one rename; and after it everything can be turned back. An apply that
 * is killed between any two steps leaves the old release or the new one, whole (docs/adr/0011).
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { standingIn } from '../tree/standing.ts'
import { type Effects, effectsOf, type Seen } from './effects.ts'
import { clearLeftovers } from './leftovers.ts'
import { dropLink, makeLink } from './links.ts'
import { look } from './look.ts'
import { withoutPlaceholders } from './manifest.ts'
import { ApplyError, type Outside } from './outside.ts'
import { point, unpoint } from './point.ts'
import { LEFT, tooMany, unreached } from './releases.ts'
import { systemctl, tell } from './services.ts'
import { fingerprint, nextRelease, type Survey, survey } from './survey.ts'
import { demandGood, type Test, tryOut } from './trial.ts'
import { Undo } from './undo.ts'
import { unitOf } from './unit.ts'
import { hold, writeRelease } from './write.ts'

export interface Outcome {
  readonly release: number
  /** The release that served before. */
  readonly before?: number
  readonly tests: readonly Test[]
  /** Who was told, in the order of it. */
  readonly done: readonly string[]
  /** What is not right and was not made so by this. */
  readonly remarks: readonly string[]
}

/** It did not work. */
export class Failed extends ApplyError {
  /** Whether the switch was made and turned back. */
  readonly switched: boolean
  /** What could not be put back, in words; empty: everything is as it was. */
  readonly left: readonly string[]

  constructor(message: string, switched: boolean, left: readonly string[]) {
    super(message)
    this.switched = switched
    this.left = left
  }
}

type Say = (line: string) => void

/**
 * Does what was shown.
 * @param shown what the person said yes to
 * @throws Busy, ApplyError before anything was done, or Failed where it was put back
 */
export async function carryOut(shown: Survey, outside: Outside, say: Say): Promise<Outcome> {
  const { places } = shown
  outside.disk.mkdir(places.below(places.releases))
  const unlock = outside.lock(places.below(places.lock))
  try {
    const found = survey(shown.wish, outside)
    if (fingerprint(found) !== fingerprint(shown))
      throw new ApplyError('Something changed since this was shown: run gatehouse apply again.')
    const [obstacle] = found.obstacles
    if (obstacle !== undefined) throw new ApplyError(obstacle)
    return await locked(clearLeftovers(found, outside.disk), outside, say)
  } finally {
    unlock()
  }
}

async function locked(found: Survey, outside: Outside, say: Say): Promise<Outcome> {
  const undo = new Undo()
  let switched = false
  undo.add(() => void clearLeftovers({ ...found, releases: [] }, outside.disk))
  try {
    const tests = await tryOut(found, outside, say)
    demandGood(tests)
    const release = write(found, outside, undo)
    makeLinks(found, outside, undo)
    const effects = turn(found, release, outside, undo, say)
    switched = true
    const told = await tell(effects, found, outside, say)
    const remarks = await look(found, effects, told, outside)
    point(found.places, found.places.running, release, outside.disk)
    const left = await tidy(found, release, outside)
    return {
      release,
      ...(found.current === undefined ? {} : { before: found.current }),
      tests,
      done: told.done,
      remarks: [...remarks, ...left],
    }
  } catch (error) {
    if (switched) say('that did not work: putting everything back')
    const left = await undo.all()
    throw new Failed(error instanceof Error ? error.message : String(error), switched, left)
  }
}

/** The release to switch to, on the disk. @returns its number */
function write(found: Survey, outside: Outside, undo: Undo): number {
  const { places, plan, current, changes, wish, linksToDrop } = found
  const { disk } = outside
  if (wish.back !== undefined) {
    const folder = places.below(join(places.releases, String(wish.back)))
    for (const link of linksToDrop) if (!existsSync(join(folder, link.to))) hold(folder, link, disk)
    return wish.back
  }
  if (current !== undefined && changes.length === 0) return current
  const { number, folder } = nextRelease(found)
  undo.add(() => disk.remove(places.below(folder)))
  writeRelease(
    {
      folder: places.below(folder),
      files: plan.files,
      links: plan.links,
      holding: linksToDrop,
      after: current ?? 0,
      now: outside.now(),
    },
    disk,
  )
  return number
}

/** Links lead to placeholders until the switch, so that what they bring arrives with everything else. */
function makeLinks(found: Survey, outside: Outside, undo: Undo): void {
  const { places, plan, current, linksToMake } = found
  const { disk } = outside
  const serving = places.below(join(places.releases, String(current ?? 0)))
  if (current === undefined) {
    undo.add(() => disk.remove(serving))
    disk.remove(serving)
    writeRelease(
      { folder: serving, files: [], links: [], holding: plan.links, after: undefined, now: outside.now() },
      disk,
    )
    undo.add(() => unpoint(places, places.current, disk))
    point(places, places.current, 0, disk)
  }
  for (const link of linksToMake) {
    if (!existsSync(join(serving, link.to))) hold(serving, link, disk)
    undo.add(async () => {
      dropLink(places, link, outside)
      if (unitOf(link) !== undefined && outside.systemd && found.wish.root === '')
        await systemctl(outside, ['daemon-reload'])
    })
    makeLink(places, link, outside)
  }
}

/** The switch. @returns who has to be told of it */
function turn(found: Survey, release: number, outside: Outside, undo: Undo, say: Say): Effects {
  const { places, running, current, wish, plan } = found
  const { disk } = outside
  const before = release === current ? afterOf(found, release) : (current ?? 0)
  const known = found.current === undefined ? { files: new Map(), links: [] } : seen(found, running)
  const next: Seen = {
    files: new Map(plan.files.map(({ path, content, mode }) => [path, { content, mode }])),
    links: plan.links,
  }
  const past = seen(found, before) ?? { files: new Map(), links: [] }
  if (wish.back !== undefined && current !== undefined) {
    const mark = places.below(join(places.releases, String(current), LEFT))
    undo.add(() => disk.remove(mark))
    disk.remove(mark)
    disk.write(mark, '', 0o644)
  }
  let turned = false
  undo.add(async () => {
    if (turned) {
      point(places, places.current, before, disk)
      await tell(effectsOf(next, past), found, outside, say)
    }
    const sure = release === current ? before : running
    if (sure !== undefined) point(places, places.running, sure, disk)
  })
  // Until everybody has taken the new release, nobody is sure to have it.
  unpoint(places, places.running, disk)
  turned = true
  point(places, places.current, release, disk)
  return effectsOf(known, next)
}

/** A release as programs see it; undefined where it is not there. */
function seen({ places, releases }: Survey, number: number | undefined): Seen | undefined {
  const release = releases.find(each => each.number === number)
  if (release === undefined) return undefined
  const folder = places.below(join(places.releases, String(number)))
  return { files: withoutPlaceholders(standingIn(folder)), links: release.manifest?.links ?? [] }
}

function afterOf({ releases }: Survey, number: number): number {
  const after = releases.find(each => each.number === number)?.manifest?.after
  return releases.some(each => each.number === after) && after !== undefined ? after : number
}

/** What no longer serves: links, then releases beyond the newest ten. @returns what could not be done */
async function tidy(found: Survey, release: number, outside: Outside): Promise<string[]> {
  const { places, linksToDrop, releases, current } = found
  try {
    for (const link of linksToDrop) dropLink(places, link, outside)
    const units = linksToDrop.some(link => unitOf(link) !== undefined)
    if (units && outside.systemd && found.wish.root === '') await systemctl(outside, ['daemon-reload'])
    // Only now: until the links are gone, nothing else may know of them.
    for (const { folder } of unreached(releases, current)) outside.disk.remove(folder)
    for (const { folder } of tooMany(releases, release, current)) outside.disk.remove(folder)
    return []
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  }
}
