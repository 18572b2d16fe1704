/** Timers as they come in from outside, so that tests can move the time. */

/** Runs something once, `ms` milliseconds from now; what it gives back keeps it from running. */
export type After = (ms: number, run: () => void) => () => void

/** Node's timers, which do not keep the process alive. */
export const after: After = (ms, run) => {
  const timer = setTimeout(run, ms)
  timer.unref()
  return () => clearTimeout(timer)
}
