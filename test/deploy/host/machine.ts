/** A machine of nothing but folders: programs on PATH that note how they are called and do as little as they must. */
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import type { Test } from 'tap'

export interface Machine {
  readonly folder: string
  /** What stands for `/`. */
  readonly root: string
  /** Runs a script with the programs of this machine in front. */
  run(script: string, args: readonly string[]): { code: number | null; said: string }
  /** How programs were called since the last time this was asked. */
  calls(): string[]
  /** Every file below a folder with its content. */
  tree(below?: string): Record<string, string>
}

/** @param programs the body of each in sh(1); `$STATE` is a folder to remember things in */
export function machineOf(t: Test, programs: Readonly<Record<string, string>>): Machine {
  const folder = t.testdir()
  const [bin, root, state] = ['bin', 'root', 'state'].map(name => join(folder, name)) as [
    string,
    string,
    string,
  ]
  for (const each of [bin, root, state]) mkdirSync(each)
  const log = join(state, 'calls')
  writeFileSync(log, '')
  for (const [name, body] of Object.entries(programs)) {
    const head = `#!/bin/sh\nSTATE='${state}'\nROOT='${root}'\nprintf '%s\\n' "${name} $*" >>'${log}'\n`
    writeFileSync(join(bin, name), head + body)
    chmodSync(join(bin, name), 0o755)
  }
  const tree = (below: string, at = ''): Record<string, string> =>
    Object.assign(
      {},
      ...readdirSync(join(below, at), { withFileTypes: true }).map(entry => {
        const path = join(at, entry.name)
        if (entry.isDirectory()) return tree(below, path)
        const file = join(below, path)
        if (entry.isSymbolicLink()) return { [path]: 'link' }
        return { [path]: `${(statSync(file).mode & 0o777).toString(8)} ${readFileSync(file, 'utf8')}` }
      }),
    )
  return {
    folder,
    root,
    run(script, args) {
      const env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, DESTDIR: root }
      const { status, stdout, stderr } = spawnSync('sh', [script, ...args], { encoding: 'utf8', env })
      return { code: status, said: stdout + stderr }
    },
    calls() {
      const text = readFileSync(log, 'utf8')
      writeFileSync(log, '')
      return text.split('\n').filter(Boolean)
    },
    tree: (below = '') => (existsSync(join(root, below)) ? tree(join(root, below)) : {}),
  }
}
