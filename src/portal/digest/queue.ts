/** A door for costly work: so many at once, so many waiting, few of them of one address; the rest turned away. */

export class BusyError extends Error {
  override name = 'BusyError'
  constructor() {
    super('too much is waiting already')
  }
}

export interface Queue {
  /**
   * Runs the work when its turn comes.
   * @param from whom it is done for: nobody's work may keep everybody else's out
   * @throws BusyError when too many wait already, or too many of theirs
   */
  run<T>(work: () => Promise<T>, from: string): Promise<T>
}

/**
 * @param atOnce how many run together: an argon2id of Authelia's default takes 64 MiB
 * @param waiting how many may wait for their turn
 * @param ofOne how many of one address may run and wait
 */
export function openQueue(atOnce: number, waiting: number, ofOne: number): Queue {
  let running = 0
  const inside = new Map<string, number>()
  const line: (() => void)[] = []
  return {
    async run(work, from) {
      const theirs = inside.get(from) ?? 0
      if (theirs >= ofOne || (running >= atOnce && line.length >= waiting)) throw new BusyError()
      inside.set(from, theirs + 1)
      if (running < atOnce) running++
      else await new Promise<void>(resolve => line.push(resolve))
      try {
        return await work()
      } finally {
        const left = (inside.get(from) ?? 1) - 1
        if (left > 0) inside.set(from, left)
        else inside.delete(from)
        // The place goes to the next in line as it is, so that nobody slips in between.
        const next = line.shift()
        if (next === undefined) running--
        else next()
      }
    },
  }
}
