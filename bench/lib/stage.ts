/** All processes and files of a run. Whatever happens, they end and go with it. */
import { type ChildProcess, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { freePort } from '../../src/demo/port.ts'
import { type Program, start } from '../../test/support/programs.ts'

/** Milliseconds that a program gets to listen. */
const PATIENCE = 20_000
/** Milliseconds between two looks whether it does. */
const BEAT = 10

export interface Running extends Program {
  readonly pid: number
}

export interface StartOptions {
  /** The one core that it may use; any where it is undefined. */
  readonly core?: number
  readonly env?: NodeJS.ProcessEnv
}

export interface Stage {
  /** A new folder under the run's own, readable for programs that give up root's rights. */
  folder(name: string): string
  port(): Promise<number>
  start(file: string, args: readonly string[], options?: StartOptions): Running
  /** Resolves when the program accepts connections. @throws Error when it ends first, or does not in time */
  listens(program: Running, port: number): Promise<void>
  /** Runs when the stage closes, last one first. */
  teardown(fn: () => unknown): void
  /** A part of the stage that can be closed earlier. */
  part(): Stage
  close(): Promise<void>
}

const TASKSET = spawnSync('taskset', ['--version']).status === 0

/** @param free whether nobody is held to a core */
export function openStage(free = false): Stage {
  const root = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'))
  chmodSync(root, 0o711)
  const stage = build(root, free)
  stage.teardown(() => rmSync(root, { recursive: true, force: true }))
  return stage
}

function build(root: string, free: boolean): Stage {
  const endings: (() => unknown)[] = []
  let closing: Promise<void> | undefined
  const close = async (): Promise<void> => {
    for (let end = endings.pop(); end !== undefined; end = endings.pop()) await end()
  }
  const stage: Stage = {
    folder(name) {
      const folder = mkdtempSync(join(root, `${name}-`))
      chmodSync(folder, 0o711)
      return folder
    },
    port: () => freePort(0),
    start(file, args, { core, env } = {}) {
      if (closing !== undefined) throw new Error('the run has ended')
      const pinned = core !== undefined && TASKSET && !free
      const program = pinned
        ? start(stage, 'taskset', ['-c', String(core), file, ...args], env)
        : start(stage, file, args, env)
      return { ...program, pid: pidOf(program.child, file) }
    },
    listens: (program, port) => untilListening(program, port),
    teardown: fn => void endings.push(fn),
    part() {
      const part = build(root, free)
      endings.push(() => part.close())
      return part
    },
    close() {
      closing ??= close()
      return closing
    },
  }
  return stage
}

function pidOf(child: ChildProcess, file: string): number {
  if (child.pid === undefined) throw new Error(`${file} could not start`)
  return child.pid
}

async function untilListening(program: Running, port: number): Promise<void> {
  const until = Date.now() + PATIENCE
  while (!(await accepts(port))) {
    const { exitCode, signalCode } = program.child
    if (exitCode !== null || signalCode !== null || Date.now() > until)
      throw new Error(`${program.child.spawnargs.join(' ')} does not listen:\n${program.said()}`)
    await new Promise(resolve => setTimeout(resolve, BEAT))
  }
}

/** Whether somebody takes a connection on a port of 127.0.0.1. */
export function accepts(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = createConnection({ port, host: '127.0.0.1' })
    socket.once('error', () => resolve(false))
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })
}

export interface Guard {
  /** Whether a signal has ended the run. */
  ended(): boolean
  /** Listens no longer. */
  release(): void
}

/** Ends a run in good order when a signal asks for it. */
export function closeOnSignal(stage: Stage, say: (line: string) => void): Guard {
  let ended = false
  const end = (signal: NodeJS.Signals): void => {
    if (ended) return
    ended = true
    say(`ended by ${signal}`)
    void stage.close().then(() => process.exit(130))
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, end)
  return {
    ended: () => ended,
    release() {
      for (const signal of signals) process.off(signal, end)
    },
  }
}
