import type { Path } from './fault.ts'

/** A YAML map as JavaScript has it. */
export function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value at a path; one value stands for a list of one, as in the file. */
export function getAt(root: unknown, path: Path): unknown {
  let value = root
  for (const step of path) {
    if (Array.isArray(value)) value = value[Number(step)]
    else if (typeof step === 'number') continue
    else if (isGroup(value) && Object.hasOwn(value, step)) value = value[step]
    else return undefined
  }
  return value
}

/** Whether one path leads to the other or is the same. */
export function related(one: Path, other: Path): boolean {
  const shorter = one.length < other.length ? one : other
  const longer = shorter === one ? other : one
  return shorter.every((step, index) => step === longer[index])
}
