/** A program on a real terminal: a pseudo-terminal by script(1) of util-linux, its keys typed by the test. */
import { type ChildProcess, spawn } from 'node:child_process'
import process from 'node:process'
import { stripVTControlCharacters } from 'node:util'
import { find } from './programs.ts'

interface Teardown {
  teardown(fn: () => unknown): void
}

export const KEYS = { enter: '\r', down: '\u001b[B', space: ' ', interrupt: '\u0003' } as const

export interface Terminal {
  readonly child: ChildProcess
  /** Everything that was shown, without colours and cursor movements. */
  shown(): string
  /** Waits until this is shown that was not waited for yet; fails when the program ends first. */
  sees(pattern: RegExp): Promise<string>
  type(keys: string): void
  readonly ended: Promise<number | null>
}

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`

/** Starts it; it ends with the test at the latest. */
export function openTerminal(t: Teardown, command: readonly string[], cwd: string): Terminal {
  // script(1) makes a terminal without a size, on which every letter is a line of its own.
  const typed = `stty cols 200 rows 60; exec ${command.map(quoted).join(' ')}`
  const args = ['--quiet', '--flush', '--return', '--command', typed, '/dev/null']
  const child = spawn(find('script') ?? 'script', args, {
    cwd,
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, TERM: 'xterm', NO_COLOR: '1' },
  })
  let text = ''
  let from = 0
  const waiting = new Set<() => void>()
  const wake = (): void => {
    for (const one of [...waiting]) one()
  }
  child.stdout.setEncoding('utf8').on('data', part => {
    text += part
    wake()
  })
  const shown = (): string => stripVTControlCharacters(text)
  const ended = new Promise<number | null>(resolve =>
    child.once('close', code => {
      resolve(code)
      wake()
    }),
  )
  t.teardown(async () => {
    child.stdin.destroy()
    if (child.exitCode === null) child.kill('SIGKILL')
    await ended
  })
  const sees = (pattern: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = pattern.exec(shown().slice(from))
        if (found === null && child.exitCode === null) return
        waiting.delete(look)
        if (found === null) reject(new Error(`ended before ${pattern}:\n${shown()}`))
        else {
          from += found.index + found[0].length
          resolve(found[0])
        }
      }
      waiting.add(look)
      look()
    })
  return { child, shown, sees, ended, type: keys => void child.stdin.write(keys) }
}
