/** What `nginx -T` prints: every file of the configuration that NGINX has read, one behind the other. */
import { dirname, isAbsolute, join, matchesGlob } from 'node:path'
import { type Directive, readDirectives } from './directives.ts'

/** How deep includes go before it is a circle. */
const DEEPEST = 20

/** The files, by path, the main one first. */
function filesOf(dump: string): ReadonlyMap<string, string> {
  const parts = dump.split(/^# configuration file (.+):$/m)
  const files = new Map<string, string>()
  for (let n = 1; n < parts.length; n += 2) files.set(parts[n] ?? '', (parts[n + 1] ?? '').replace(/^\n/, ''))
  return files
}

/** The whole configuration with each `include` replaced by what stands in the files that it names. */
export function readDump(dump: string): readonly Directive[] {
  const files = filesOf(dump)
  const [main] = files.keys()
  if (main === undefined) return []
  const read = new Map([...files].map(([file, text]) => [file, readDirectives(file, text)]))
  // Relative includes count from the main file's folder, whichever file they stand in (ngx_conf_full_name).
  const absolute = (path: string): string => (isAbsolute(path) ? path : join(dirname(main), path))
  const named = (pattern: string): string[] => {
    const path = absolute(pattern)
    if (read.has(path)) return [path]
    return /[*?[]/.test(path) ? [...read.keys()].filter(file => matchesGlob(file, path)).sort() : []
  }
  const expand = (list: readonly Directive[], depth: number): readonly Directive[] =>
    list.flatMap(directive => {
      const [pattern] = directive.args
      if (directive.name === 'include' && pattern !== undefined)
        return depth > DEEPEST ? [] : named(pattern).flatMap(file => expand(read.get(file) ?? [], depth + 1))
      const { block } = directive
      return [block === undefined ? directive : { ...directive, block: expand(block, depth) }]
    })
  return expand(read.get(main) ?? [], 0)
}
