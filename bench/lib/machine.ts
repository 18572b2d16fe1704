/** The machine and the programs of a run, as far as a reader needs them to place the figures. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { arch, availableParallelism, cpus, release, totalmem } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import type { Found } from './types.ts'

export interface Machine {
  /** For the name of the file: `amd-epyc-2-cores`. Nothing that tells whose it is. */
  readonly name: string
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly system: string
  /** By program: node, nginx, wrk and what else took part. */
  readonly versions: Readonly<Record<string, string>>
}

/** `AMD EPYC 7B13 64-Core Processor` and 2 to `amd-epyc-7b13-2-cores`. */
export function machineName(cpu: string, cores: number): string {
  const words = cpu
    .replace(/\((?:R|TM)\)/gi, '')
    .replace(/\b(?:\d+-Core|Processor|CPU)\b|@.*/gi, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  return `${words || 'unknown'}-${cores}-core${cores === 1 ? '' : 's'}`
}

function gatehouse(): string {
  const root = join(import.meta.dirname, '..', '..')
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  const git = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' })
  return git.status === 0 ? `${version} (${git.stdout.trim()})` : version
}

export function readMachine(found: ReadonlyMap<string, Found>): Machine {
  const cpu = cpus()[0]?.model.trim() ?? arch()
  const cores = availableParallelism()
  return {
    name: machineName(cpu, cores),
    cpu,
    cores,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `Linux ${release().split('-')[0]} ${arch()}`,
    versions: {
      gatehouse: gatehouse(),
      node: process.versions.node,
      ...Object.fromEntries([...found].map(([name, { version }]) => [name, version])),
    },
  }
}
