/** CPU time and memory of processes, from /proc (Linux). */
import { readdirSync, readFileSync } from 'node:fs'

/** Clock ticks a second in /proc: USER_HZ, 100 on every Linux that Node runs on. */
const TICKS = 100

export interface Stat {
  readonly parent: number
  /** utime + stime, in seconds. */
  readonly cpu: number
}

/** A line of /proc/<pid>/stat. The name in it may hold blanks and brackets, so it is read from its last bracket on. */
export function parseStat(line: string): Stat {
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ')
  return { parent: Number(fields[1]), cpu: (Number(fields[11]) + Number(fields[12])) / TICKS }
}

function stats(): Map<number, Stat> {
  const all = new Map<number, Stat>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      all.set(Number(name), parseStat(readFileSync(`/proc/${name}/stat`, 'utf8')))
    } catch {
      // ended meanwhile
    }
  }
  return all
}

/** A process and all that it started. */
export function family(root: number, all: ReadonlyMap<number, Stat> = stats()): number[] {
  const children = [...all].filter(([, stat]) => stat.parent === root).map(([pid]) => pid)
  return [root, ...children.flatMap(child => family(child, all))]
}

/** Seconds of CPU time that processes and their children have used so far. */
export function cpuOf(roots: readonly number[]): number {
  const all = stats()
  return roots.flatMap(root => family(root, all)).reduce((sum, pid) => sum + (all.get(pid)?.cpu ?? 0), 0)
}

/** How much of its time a core has worked and rested so far, in ticks; of a whole /proc/stat. */
export function parseCore(text: string, core: number): { readonly busy: number; readonly all: number } {
  const line = new RegExp(`^cpu${core} (.*)$`, 'm').exec(text)?.[1] ?? ''
  const ticks = line.trim().split(/\s+/).map(Number).slice(0, 8)
  const all = ticks.reduce((sum, one) => sum + one, 0)
  // The fourth and fifth: idle, and idle while a disk works.
  return { busy: all - (ticks[3] ?? 0) - (ticks[4] ?? 0), all }
}

export const readCore = (core: number) => parseCore(readFileSync('/proc/stat', 'utf8'), core)

/** Mebibytes of resident memory of a process and its children. */
export function residentOf(root: number): number {
  let kibibytes = 0
  for (const pid of family(root)) {
    try {
      kibibytes += Number(/^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
    } catch {
      // ended meanwhile
    }
  }
  return kibibytes / 1024
}
