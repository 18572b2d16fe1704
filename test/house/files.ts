/** What the house is made of, for the tests that keep it in order. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export const ROOT = join(import.meta.dirname, '..', '..')

/** The files that git keeps or would keep, relative to the root, with `/`. */
export function files(pattern: RegExp = /./): string[] {
  const out = execFileSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'],
    {
      cwd: ROOT,
      encoding: 'utf8',
    },
  )
  return out
    .split('\0')
    .filter(file => file !== '' && pattern.test(file) && present(file))
    .sort()
}

function present(file: string): boolean {
  try {
    readFileSync(join(ROOT, file))
    return true
  } catch {
    return false // deleted and not committed yet
  }
}

export const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')
