/** The real machine's files, programs and addresses. */
import { spawn } from 'node:child_process'
import { lstat, readdir, readFile, stat } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { type FileFacts, failure, type Outside, type Ran, type Seen } from '../outside.ts'

const LONGEST = 8 * 1024 * 1024

async function facts(path: string): Promise<Seen<FileFacts>> {
  try {
    const found = await stat(path)
    const kind = found.isFile()
      ? 'file'
      : found.isDirectory()
        ? 'folder'
        : found.isSocket()
          ? 'socket'
          : 'other'
    return { kind, mode: found.mode & 0o7777, uid: found.uid }
  } catch (error) {
    return failure(error)
  }
}

async function below(folder: string): Promise<Seen<readonly string[]>> {
  try {
    const names = await readdir(folder, { recursive: true })
    return names.sort().map(name => join(folder, name))
  } catch (error) {
    return failure(error)
  }
}

async function read(path: string): Promise<Seen<string>> {
  try {
    const { size } = await lstat(path)
    if (size > LONGEST) return { failed: 'it is larger than 8 MiB', code: 'EFBIG' }
    return await readFile(path, 'utf8')
  } catch (error) {
    return failure(error)
  }
}

function run(patience: number): Outside['run'] {
  return (program, args) =>
    new Promise<Seen<Ran>>(resolve => {
      const child = spawn(program, args, {
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: patience * 2,
        env: { ...process.env, LC_ALL: 'C' },
      })
      const text = { stdout: '', stderr: '' }
      for (const name of ['stdout', 'stderr'] as const)
        child[name].setEncoding('utf8').on('data', (part: string) => {
          if (text[name].length < LONGEST) text[name] += part
        })
      child.once('error', error => resolve(failure(error)))
      child.once('close', (code, signal) =>
        resolve(
          signal === null
            ? { code: code ?? 1, ...text }
            : { failed: `no answer within ${(patience * 2) / 1000} s`, code: 'LIMIT' },
        ),
      )
    })
}

/** @param patience how long each look may take, in milliseconds */
export function machineOutside(
  patience: number,
): Pick<Outside, 'addresses' | 'read' | 'facts' | 'below' | 'run'> {
  return {
    addresses: () =>
      Object.values(networkInterfaces()).flatMap(list => list?.map(({ address }) => address) ?? []),
    read,
    facts,
    below,
    run: run(patience),
  }
}
