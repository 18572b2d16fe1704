/** An RE2 pattern in its parts, each rewritten so that it never takes a question mark: a path ends there. */
import { RE2JS } from 're2js'

export interface Atom {
  readonly kind: 'char' | 'anchor' | 'open' | 'close' | 'or'
  /** As it is written, without its repetition where that matters. */
  readonly text: string
  /** `*`, `+?`, `{2,3}` and so on; already part of `text` for all but `repeat === ''`. */
  readonly repeat: string
  /** Groups around it. */
  readonly depth: number
  /** It can be a slash. */
  readonly slash: boolean
  /** It is repeated, or within something that is repeated or has alternatives. */
  readonly varies: boolean
  /** It takes every character of a path. */
  readonly any: boolean
}

type Mutable = { -readonly [K in keyof Atom]: Atom[K] }

const TOKEN =
  /\\(?:[pP](?:\{[^}]*\}|.)|x(?:\{[0-9a-fA-F]+\}|[0-9a-fA-F]{2})|.)|\[\^?\]?(?:\[:\^?\w+:\]|\\(?:[pP]\{[^}]*\}|x\{[^}]*\}|.)|[^\]\\])*\]|\(\?(?:P?<\w+>|:)|[\s\S]/gu
const REPEAT = /^(?:[*+?]|\{\d+(?:,\d*)?\})\??/

/**
 * The parts of a pattern, or undefined for one that has a part of which it is not known what it means without
 * question marks: flags, quotations, classes of what is no ASCII, a literal question mark.
 */
export function atomsOf(source: string): readonly Atom[] | undefined {
  const atoms: Mutable[] = []
  const open: number[] = []
  for (let at = 0; at < source.length; ) {
    TOKEN.lastIndex = at
    const token = TOKEN.exec(source)?.[0] ?? ''
    at += token.length
    const repeat = REPEAT.exec(source.slice(at))?.[0] ?? ''
    at += repeat.length
    const common = { repeat, depth: open.length, slash: false, varies: repeat !== '', any: false }
    if (token === '^' || token === '$' || /^\\[AzbB]$/.test(token)) {
      if (repeat !== '' || /^\\[bB]$/.test(token)) return undefined
      const text = token === '\\A' ? '^' : token === '\\z' ? '$' : token
      atoms.push({ ...common, kind: 'anchor', text })
    } else if (token === '|') atoms.push({ ...common, kind: 'or', text: token })
    else if (token === '(' || token === '(?:') {
      // A flag, a name: `(?i)`, `(?P<User>…)`.
      if (source[at] === '?' || repeat !== '') return undefined
      open.push(atoms.length)
      atoms.push({ ...common, kind: 'open', text: '(?:' })
    } else if (token === ')') {
      const start = open.pop()
      if (start === undefined) return undefined
      const alternatives = atoms
        .slice(start)
        .some(({ kind, depth }) => kind === 'or' && depth === open.length + 1)
      if (repeat !== '' || alternatives) for (const atom of atoms.slice(start)) atom.varies = true
      atoms.push({ ...common, depth: open.length, kind: 'close', text: `)${repeat}` })
    } else {
      const one = character(token)
      if (one === undefined) return undefined
      const [text, any] = one
      atoms.push({ ...common, kind: 'char', text: text + repeat, slash: matches(text, '/'), any })
    }
  }
  return open.length === 0 ? atoms : undefined
}

/** One character's pattern without the question mark, and whether it takes all others. */
function character(token: string): readonly [text: string, any: boolean] | undefined {
  if (token === '.') return ['[^?\\n]', true]
  if (token.startsWith('(') || /^[*+?{]/.test(token) || /^\\[QEC]/.test(token)) return undefined
  if (/^\\[DSW]$/.test(token)) return [`[^?${token.toLowerCase()}]`, false]
  if (token.startsWith('[^')) return [`[^?${token.slice(2)}`, token === '[^]']
  if (!matches(token, '?')) return [token, false]
  // `[/?]`, as Authelia's own documents write it: here the path alone counts.
  if (/^\[[^\\[\]^-]+\]$/.test(token)) {
    const rest = token.slice(1, -1).replaceAll('?', '')
    return rest === '' ? undefined : [`[${rest}]`, false]
  }
  return undefined
}

function matches(pattern: string, text: string): boolean {
  try {
    return RE2JS.compile(`^(?:${pattern})$`).test(text)
  } catch {
    return true
  }
}
