/**
 * An apply in a process of its own that ends itself with SIGKILL at one step, as a power cut would. Only this
 * file knows of that: it wraps the outside that `apply` is given.
 */
import { writeFileSync } from 'node:fs'
import process from 'node:process'
import { wishBack } from '../../../src/deploy/apply/back.ts'
import type { Disk, Outside } from '../../../src/deploy/apply/outside.ts'
import { type Home, put, realMachine, wishFor } from './home.ts'

export interface Order {
  readonly home: Home
  /** The house to put in place; `back`: the one before. */
  readonly house: string
  /** Ends before this step, or in its middle; -1: never, and every step is told on stdout. */
  readonly step: number
  readonly half: boolean
}

const order = JSON.parse(process.argv[2] ?? '') as Order
const steps: string[] = []

function die(): never {
  process.kill(process.pid, 'SIGKILL')
  for (;;); // the signal is on its way
}

function reached(name: string, half?: () => void): void {
  const here = steps.push(name) - 1 === order.step
  if (!here) return
  if (order.half) half?.()
  die()
}

/** The same step, watched over. */
function watched<A extends unknown[], R>(name: string, step: (...args: A) => R, at = 0) {
  return (...args: A): R => {
    reached(`${name} ${String(args[at])}`)
    return step(...args)
  }
}

const real = realMachine()
const disk: Disk = {
  mkdir: watched('mkdir', real.disk.mkdir),
  write(path, content, mode) {
    reached(`write ${path}`, () => writeFileSync(path, content.slice(0, content.length / 2)))
    real.disk.write(path, content, mode)
  },
  sync: watched('sync', real.disk.sync),
  symlink: watched('symlink', real.disk.symlink, 1),
  rename: watched('rename', real.disk.rename, 1),
  remove: watched('remove', real.disk.remove),
}
const outside: Outside = { ...real, disk, run: watched('run', real.run) }

const wish = wishFor(order.home, order.house)
await put(order.house === 'back' ? wishBack(wish) : wish, outside)
reached('the end')
process.stdout.write(JSON.stringify(steps))
