/** Runs the table of checks, all side by side. */
import { failure } from './outside.ts'
import type { Check, Finding, Level, Premises } from './types.ts'

export interface Result {
  readonly check: string
  readonly title: string
  readonly findings: readonly Finding[]
}

export interface Report {
  /** In the order of the table. */
  readonly results: readonly Result[]
  readonly counts: Readonly<Record<Level, number>>
}

export type Facts = Omit<Premises, 'once'>

/** Each look is made once, whoever asks for it first. */
export function premisesOf(facts: Facts): Premises {
  const seen = new Map<string, Promise<unknown>>()
  return {
    ...facts,
    once<T>(key: string, look: () => Promise<T>): Promise<T> {
      const known = seen.get(key)
      if (known !== undefined) return known as Promise<T>
      const fresh = look()
      seen.set(key, fresh)
      return fresh
    },
  }
}

async function resultOf({ id, title, look }: Check, premises: Premises): Promise<Result> {
  try {
    return { check: id, title, findings: await look(premises) }
  } catch (error) {
    // A mistake of ours in one check must not hide what the others found, nor pass for health.
    const saw = `This could not be looked at: ${failure(error).failed}`
    const words = { saw, why: 'Nothing is known of it.', do: 'Report this as a mistake of gatehouse doctor.' }
    return { check: id, title, findings: [{ level: 'warning', about: '', ...words }] }
  }
}

/**
 * Looks at everything.
 * @param done told of each check as it ends, for progress
 */
export async function examine(
  checks: readonly Check[],
  facts: Facts,
  done: (result: Result) => void = () => {},
): Promise<Report> {
  const premises = premisesOf(facts)
  const results = await Promise.all(
    checks.map(async each => {
      const result = await resultOf(each, premises)
      done(result)
      return result
    }),
  )
  const counts = { ok: 0, skipped: 0, warning: 0, fault: 0 }
  for (const { findings } of results) for (const { level } of findings) counts[level]++
  return { results, counts }
}
