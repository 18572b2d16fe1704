/** Clears away what an apply that was killed left behind. */
import { dirname, join } from 'node:path'
import type { Disk } from './outside.ts'
import { FRESH } from './places.ts'
import { unfinished } from './releases.ts'
import type { Survey } from './survey.ts'
import { trialMain } from './trial.ts'

/** @returns the survey without releases that were taken away */
export function clearLeftovers(found: Survey, disk: Disk): Survey {
  const { places, plan, releases, current } = found
  const dead = new Set(unfinished(releases, current))
  for (const { folder } of dead) disk.remove(folder)
  const links = [...plan.links, ...releases.flatMap(({ manifest }) => manifest?.links ?? [])]
  const folders = new Set([places.house, ...links.map(({ path }) => dirname(path))])
  const files = [places.trial, trialMain(found), ...[...folders].map(folder => join(folder, FRESH))]
  for (const file of files) disk.remove(places.below(file))
  return { ...found, releases: releases.filter(release => !dead.has(release)) }
}
