/** The list of secrets, for a terminal. */
import { relative } from 'node:path'
import type { SecretState, Survey } from '../deploy/secrets/survey.ts'
import { table } from './table.ts'

const DAY = 86_400_000

/** `today`, `yesterday`, `12 days`, `7 months`, `3 years`. */
export function age(written: number, now: number): string {
  const days = Math.floor((now - written) / DAY)
  if (days < 1) return 'today'
  if (days === 1) return 'yesterday'
  if (days < 60) return `${days} days`
  return days < 730 ? `${Math.floor(days / 30.4)} months` : `${Math.floor(days / 365)} years`
}

const state = ({ there, faults, aside, mode }: SecretState): string => {
  if (!there) return 'missing'
  if (faults.length > 0) return 'WRONG'
  if (mode === undefined) return 'elsewhere'
  return aside ? 'new' : 'there'
}

/** A secret that others made, as it is called below `folder`; its whole path where it lies elsewhere. */
const below = (folder: string, name: string): string =>
  name.startsWith(`${folder}/`) ? relative(folder, name) : name

/** One row a secret, then what is wrong and what to do. */
export function secretTable({ folder, faults, secrets }: Survey, now: number): string {
  if (secrets.length === 0) return 'This configuration wants no secrets.\n'
  const rows = secrets.map(one => [
    below(folder, one.name),
    state(one),
    one.written === undefined ? '' : age(one.written, now),
    one.mode === undefined ? '' : one.mode.toString(8).padStart(4, '0'),
    one.about,
  ])
  const missing = secrets.filter(({ there }) => !there)
  const notes = [
    ...faults,
    ...secrets.flatMap(({ faults: wrong }) => wrong),
    ...(missing.some(({ ours }) => ours) ? ['Missing ones are made by: gatehouse secret make'] : []),
    ...missing
      .filter(({ ours }) => !ours)
      .map(({ name, about }) => `${name} is missing: write ${about} into it, alone, and chmod 600 it`),
    ...secrets
      .filter(({ aside }) => aside)
      .map(({ name }) => `${name} is new, the old one stands aside: rotate ${name} --forget or --undo`),
  ]
  const head = ['NAME', 'STATE', 'AGE', 'MODE', 'WHAT FOR']
  return `${folder}\n${table([head, ...rows])}${notes.length > 0 ? `\n${notes.join('\n')}\n` : ''}`
}
