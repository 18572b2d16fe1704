/** Real programs that a test needs: where they are, or why the test is left out. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { find } from '../../scripts/programs.ts'

export { find } from '../../scripts/programs.ts'

/** For tap's `skip`: false where all programs are here, else the reason. */
export function without(...names: readonly string[]): string | false {
  const missing = names.filter(name => find(name) === undefined)
  return missing.length > 0 && `no ${missing.join(' and no ')} on this machine`
}

/** Milliseconds that a program gets to end by itself. */
const PATIENCE = 2000

interface Teardown {
  teardown(fn: () => unknown): void
}

export interface Program {
  readonly child: ChildProcess
  /** All that it said on both outputs, so far. */
  said(): string
  /** Resolves when it says something that fits; rejects when it ends first. */
  says(pattern: RegExp): Promise<RegExpExecArray>
  /** Resolves with the exit code, or the signal's name. */
  readonly gone: Promise<number | string>
}

/** Starts a program that ends with the test, at the latest. */
export function start(
  t: Teardown,
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Program {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } })
  let text = ''
  const waiting = new Set<() => void>()
  const hear = (chunk: Buffer): void => {
    text += String(chunk)
    for (const wake of waiting) wake()
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  const gone = new Promise<number | string>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      resolve(code ?? signal ?? 1)
      for (const wake of waiting) wake()
    })
  })
  gone.catch(() => {})
  t.teardown(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit').catch(() => {})
      // In good order first: NGINX's master takes its workers along, a killed one leaves them.
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE)
      await ended
      clearTimeout(timer)
    }
    for (const output of [child.stdout, child.stderr]) output.destroy()
  })
  return {
    child,
    said: () => text,
    gone,
    says: pattern =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = pattern.exec(text)
          const ended = child.exitCode !== null || child.signalCode !== null
          if (found === null && !ended) return
          waiting.delete(look)
          if (found !== null) resolve(found)
          else reject(new Error(`${file} ended before it said ${pattern}:\n${text}`))
        }
        waiting.add(look)
        look()
      }),
  }
}
