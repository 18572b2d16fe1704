/** What comes of a typed command, run in this process on a world of its own. */
import { Readable } from 'node:stream'
import { run } from '../../src/cli.ts'

export interface Typed {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export async function typed(
  args: readonly string[],
  cwd: string,
  more: { isTTY?: boolean; env?: Record<string, string>; stdin?: string } = {},
): Promise<Typed> {
  let stdout = ''
  let stderr = ''
  const code = await run(args, {
    env: more.env ?? {},
    cwd,
    stdin: Readable.from(more.stdin === undefined ? [] : [more.stdin]),
    uid: 0,
    stdout: { write: text => (stdout += text), isTTY: more.isTTY },
    stderr: { write: text => (stderr += text), isTTY: more.isTTY },
    clock: Date.now,
    facts: {},
    onSignal() {},
    exit() {},
  })
  return { code, stdout, stderr }
}
