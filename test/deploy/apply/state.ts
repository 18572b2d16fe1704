/** What stands on the disk, as one text: two homes with the same text are the same to every program. */
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { Home } from './home.ts'

export function stateOf({ top }: Home): string {
  const lines = readdirSync(top, { recursive: true, encoding: 'utf8' }).map(name => {
    const path = join(top, name)
    const found = lstatSync(path)
    if (found.isSymbolicLink()) return `${name} -> ${readlinkSync(path)}`
    // The process's number and the time of day tell nothing apart.
    if (!found.isFile() || name.endsWith('/lock')) return name
    return `${name}: ${readFileSync(path, 'utf8').replace(/"made": "[^"]*"/, '')}`
  })
  return lines.sort().join('\n').replaceAll(top, '')
}
