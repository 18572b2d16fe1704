/** Which core does what, so that nobody's work is measured as another's. */
import { readFileSync } from 'node:fs'

export interface Cores {
  /** The load generator's, and nobody else's. */
  readonly generator: number
  /** All processes of whichever contender runs. */
  readonly contender: number
  /** The app's: a third one where there is one, else the contender's. */
  readonly upstream: number
  /** How many this process may use. */
  readonly count: number
  /** Nobody was held to any of these. */
  readonly shared?: boolean
}

/** `0-2,5` of /proc. */
export function parseList(text: string): number[] {
  return text
    .trim()
    .split(',')
    .filter(part => part !== '')
    .flatMap(part => {
      const [from = 0, to = from] = part.split('-').map(Number)
      return Array.from({ length: to - from + 1 }, (_, n) => from + n)
    })
}

/**
 * Generator, contender and app on cores that share nothing, as far as there are enough.
 * @param siblings of a core: itself and the threads that share its silicon (SMT)
 */
export function chooseCores(
  allowed: readonly number[],
  siblings: (core: number) => readonly number[],
): Cores {
  const apart: number[] = []
  for (const core of allowed) if (!apart.some(one => siblings(one).includes(core))) apart.push(core)
  // Rather a sibling than nothing: two threads of one core still do not wait for each other.
  const order = [...apart, ...allowed.filter(core => !apart.includes(core))]
  const [generator = 0, contender = generator, third] = order
  const upstream = apart.length >= 3 && third !== undefined ? third : contender
  return { generator, contender, upstream, count: allowed.length }
}

/** The cores of this machine that we may use. */
export function readCores(): Cores {
  const status = readFileSync('/proc/self/status', 'utf8')
  const allowed = parseList(/^Cpus_allowed_list:\s*(.*)$/m.exec(status)?.[1] ?? '0')
  const siblings = (core: number): number[] => {
    try {
      const file = `/sys/devices/system/cpu/cpu${core}/topology/thread_siblings_list`
      return parseList(readFileSync(file, 'utf8'))
    } catch {
      return [core]
    }
  }
  return chooseCores(allowed, siblings)
}

/** What the table says of them. */
export function describeCores({ generator, contender, upstream, count, shared }: Cores): string {
  if (shared) return `${count} cores shared by all as the system has it`
  if (generator === contender) return `one core does everything: the generator is in everyone's way`
  const app = upstream === contender ? 'the contender and the app' : 'the contender'
  const own = upstream === contender ? '' : `, core ${upstream} the app`
  return `of ${count} cores, core ${generator} is the load generator's alone, core ${contender} runs ${app}${own}`
}
