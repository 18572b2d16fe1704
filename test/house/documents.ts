/** What the documents name: paths, commands, keys. Found in their code, where a name is meant to the letter. */

import { posix } from 'node:path'

export interface Named {
  /** The document and line. */
  readonly where: string
  readonly what: string
}

interface Line {
  readonly where: string
  /** Text in backquotes, and whole lines of fenced blocks. */
  readonly code: readonly string[]
  /** The language of the fenced block, or undefined outside. */
  readonly fence: string | undefined
}

function linesOf(file: string, text: string): Line[] {
  let fence: string | undefined
  const lines: Line[] = []
  for (const [n, line] of text.split('\n').entries()) {
    const mark = /^\s*```\s*([a-z]*)/.exec(line)
    if (mark !== null) {
      fence = fence === undefined ? (mark[1] ?? '') : undefined
      continue
    }
    const code = fence === undefined ? [...line.matchAll(/`([^`]+)`/g)].map(match => match[1] ?? '') : [line]
    lines.push({ where: `${file}:${n + 1}`, code, fence })
  }
  return lines
}

const found = (lines: readonly Line[], pattern: RegExp): Named[] =>
  lines.flatMap(({ where, code }) =>
    code.flatMap(text => [...text.matchAll(pattern)].map(match => ({ where, what: match[1] ?? '' }))),
  )

/** Paths of this repository: in code, or in a link. */
export function paths(file: string, text: string): Named[] {
  const inCode = found(
    linesOf(file, text),
    /(?<![\w./~-])((?:\.\/)?(?:src|test|docs|config|nginx|scripts|bin|bench|\.ci)\/[\w./-]*[\w/])(?![\w*<{])/g,
  )
  const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/') + 1) : ''
  const links = text.split('\n').flatMap((line, n) =>
    [...line.matchAll(/\]\((?![a-z]+:|#)([^)#\s]+)/g)].map(match => ({
      where: `${file}:${n + 1}`,
      what: posix.normalize(folder + (match[1] ?? '')),
    })),
  )
  return [...inCode, ...links]
}

/** The scripts of package.json that are named: `npm run x`, `npm test`. */
export function scripts(file: string, text: string): Named[] {
  return found(
    linesOf(file, text),
    /\bnpm (?:run )?(?!run|ci|install|i\b|audit|view|update|exec|pack|version|ls)([a-z][a-z:-]*)/g,
  )
}

/** `gatehouse` with its command and options, as written: `check --config x`. */
export function commands(file: string, text: string): Named[] {
  return found(
    linesOf(file, text).map(line => ({ ...line, code: line.code.map(code => code.replace(/#.*/, '')) })),
    /(?:^|[\s$/])gatehouse ((?:--?)?[a-z][a-z-]*(?: [^|&;]*)?)/g,
  )
}

/** Words that look like keys of the configuration: `verdict_ttl`, `authelia.verdict_ttl`, `trusted_proxies:`. */
export function keys(file: string, text: string): Named[] {
  const lines = linesOf(file, text).filter(line => line.fence === undefined)
  return found(lines, /^((?:[a-z]+\.)*[a-z]+(?:_[a-z]+)+)(?::.*)?$/g)
}

/** The variables of the environment that are ours. */
export function variables(file: string, text: string): Named[] {
  return text.split('\n').flatMap((line, n) =>
    [...line.matchAll(/\b(GATEHOUSE_[A-Z_]+)/g)].map(match => ({
      where: `${file}:${n + 1}`,
      what: match[1] ?? '',
    })),
  )
}

/** Whole YAML blocks that are a gatehouse.yml, told by their `domain:`. */
export function configurations(file: string, text: string): Named[] {
  return [...text.matchAll(/```ya?ml\n([\s\S]*?)```/g)]
    .map(match => ({
      where: `${file}:${text.slice(0, match.index).split('\n').length}`,
      what: match[1] ?? '',
    }))
    .filter(({ what }) => /^domain:/m.test(what))
}
