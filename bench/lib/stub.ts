/** Programs of the bench's own, each a process. */
import { join } from 'node:path'
import process from 'node:process'
import type { Running, Stage } from './stage.ts'

const FOLDER = join(import.meta.dirname, '..', 'programs')

/** Starts one that only has to run. */
export function startOwn(
  stage: Stage,
  name: string,
  args: readonly (string | number)[],
  core: number,
): Running {
  return stage.start(process.execPath, [join(FOLDER, `${name}.ts`), ...args.map(String)], { core })
}

/** Starts one that listens on the port of its first argument. */
export async function startServer(
  stage: Stage,
  name: string,
  core: number,
): Promise<{ port: number; program: Running }> {
  const port = await stage.port()
  const program = startOwn(stage, name, [port], core)
  await stage.listens(program, port)
  return { port, program }
}
