/** NGINX's main configuration with the new release in place of the one that serves. */
import { posix } from 'node:path'

export interface Swap {
  /** Absolute path of the main configuration on the target; its relative includes count from its folder. */
  readonly main: string
  readonly text: string
  /** Absolute paths of links of ours to what is to be read in their place. */
  readonly links: ReadonlyMap<string, string>
  /** Links of ours that will be gone. */
  readonly gone: ReadonlySet<string>
  /** The names in a folder of the target. */
  readonly names: (folder: string) => readonly string[]
}

const directive = /^(\s*include\s+)(["']?)([^\s;"'#]+)\2(\s*;)/gm

/** As glob(3) reads the last part of a pattern: a name with a dot in front is taken by no star. */
function matches(pattern: string, name: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false
  const source = pattern
    .replaceAll(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`).test(name)
}

/**
 * Replaces each include that takes one of our links by the list of files that it would take, the release's own
 * among them, in the order in which NGINX reads them.
 * @returns the text, and the links that no include takes: NGINX would never see them
 */
export function swapIncludes({ main, text, links, gone, names }: Swap): { text: string; unseen: string[] } {
  const unseen = new Set(links.keys())
  const swapped = text.replaceAll(
    directive,
    (whole, before: string, _quote, pattern: string, after: string) => {
      const full = posix.resolve(posix.dirname(main), pattern)
      const folder = posix.dirname(full)
      const takes = (path: string): boolean =>
        posix.dirname(path) === folder && matches(posix.basename(full), posix.basename(path))
      const ours = [...links.keys(), ...gone].filter(takes)
      if (ours.length === 0) return whole
      const standing = names(folder).map(name => posix.join(folder, name))
      const taken = [...new Set([...standing, ...links.keys()])].filter(takes).filter(path => !gone.has(path))
      for (const path of ours) unseen.delete(path)
      return taken
        .sort()
        .map(path => `${before}"${links.get(path) ?? path}"${after}`)
        .join('\n')
    },
  )
  return { text: swapped, unseen: [...unseen] }
}
