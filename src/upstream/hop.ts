/** The upstream's head, made fit for the client: a flat list without what belongs to one connection. */

const NAMED = /[^,\s]+/g

/** Takes hop-by-hop headers (RFC 9110 section 7.6.1), and those that Connection names, out of a flat list; in place. */
export function withoutHops(flat: string[]): string[] {
  let kept = 0
  let named: Set<string> | undefined
  for (let i = 0; i + 1 < flat.length; i += 2) {
    const name = flat[i] ?? ''
    const value = flat[i + 1] ?? ''
    if (isHop(name)) {
      if (name.length === 10 && name.toLowerCase() === 'connection') named = collect(value, named)
      continue
    }
    flat[kept++] = name
    flat[kept++] = value
  }
  flat.length = kept
  return named === undefined ? flat : without(flat, named)
}

/** A copy of a flat list without these (lower-case) names. */
export function without(flat: readonly string[], names: ReadonlySet<string>): string[] {
  const kept: string[] = []
  for (let i = 0; i + 1 < flat.length; i += 2) {
    const name = flat[i] ?? ''
    if (!names.has(name.toLowerCase())) kept.push(name, flat[i + 1] ?? '')
  }
  return kept
}

/** Whether a flat list has this (lower-case) name. */
export function has(flat: readonly string[], name: string): boolean {
  return find(flat, name) !== undefined
}

/** The first value of this (lower-case) name in a flat list. */
export function find(flat: readonly string[], name: string): string | undefined {
  for (let i = 0; i + 1 < flat.length; i += 2) {
    const key = flat[i] ?? ''
    if (key.length === name.length && key.toLowerCase() === name) return flat[i + 1]
  }
  return undefined
}

/** By length first: most headers are ruled out without a copy in lower case. */
function isHop(name: string): boolean {
  switch (name.length) {
    case 7:
      return name.toLowerCase() === 'upgrade'
    case 10: {
      const lower = name.toLowerCase()
      return lower === 'connection' || lower === 'keep-alive'
    }
    case 16:
      return name.toLowerCase() === 'proxy-connection'
    case 17:
      return name.toLowerCase() === 'transfer-encoding'
    default:
      return false
  }
}

function collect(value: string, into: Set<string> | undefined): Set<string> | undefined {
  // What nearly all say.
  if (value === 'keep-alive' || value === 'close') return into
  let named = into
  for (const token of value.toLowerCase().match(NAMED) ?? []) {
    // `close` and `keep-alive` name no header here; all other tokens do.
    if (token !== 'close' && token !== 'keep-alive') named = (named ?? new Set()).add(token)
  }
  return named
}
