/** A door for costly work: so many at once, so many waiting, the rest turned away. */

export class BusyError extends Error {
  override name = 'BusyError'
  constructor() {
    super('too much is waiting already')
  }
}

export interface Queue {
  /** Runs the work when its turn comes. @throws BusyError when too many wait already */
  run<T>(work: () => Promise<T>): Promise<T>
}

/**
 * @param atOnce how many run together: an argon2id of Authelia's default takes 64 MiB
 * @param waiting how many may wait for their turn
 */
export function openQueue(atOnce: number, waiting: number): Queue {
  let running = 0
  const line: (() => void)[] = []
  return {
    async run(work) {
      if (running < atOnce) running++
      else {
        if (line.length >= waiting) throw new BusyError()
        await new Promise<void>(resolve => line.push(resolve))
      }
      try {
        return await work()
      } finally {
        // The place goes to the next in line as it is, so that nobody slips in between.
        const next = line.shift()
        if (next === undefined) running--
        else next()
      }
    },
  }
}
