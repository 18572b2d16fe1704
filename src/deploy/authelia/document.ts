/** A configuration of Authelia as a file that its owner can read: sections in order, each with its comment. */
import { Document, isMap, isPair, isScalar, isSeq, type Node, type ToStringOptions } from 'yaml'

export type Value =
  | string
  | number
  | boolean
  | readonly Value[]
  | { readonly [key: string]: Value | undefined }

/** One key at the top of the file. */
export interface Section {
  readonly key: string
  /** What it is for; lines of a comment above it. */
  readonly about: string
  readonly value: Value
  /** Comments above what stands within, by the path to it: `buffers.read`, `cookies.0`. */
  readonly notes?: Readonly<Record<string, string>>
}

/**
 * Authelia reads YAML as Go does, where `on`, `0x1F` and `010` are no text: every text is in quotes. Keys are
 * plain unless YAML 1.1 would read them as something else.
 */
const LOOK: ToStringOptions = {
  defaultStringType: 'QUOTE_SINGLE',
  defaultKeyType: 'PLAIN',
  lineWidth: 0,
  indentSeq: true,
}

/** The whole file. Keys without a value are left out; the order is that of the sections. */
export function writeDocument(title: string, sections: readonly Section[]): string {
  const parts = sections.map(({ key, about, value, notes = {} }) => {
    const document = new Document(
      { [key]: value },
      { version: '1.1', keepUndefined: false, aliasDuplicateObjects: false },
    )
    for (const [path, note] of Object.entries(notes))
      comment(document.contents, [key, ...path.split('.')], note)
    return `${remark(about)}\n${document.toString(LOOK)}`
  })
  return [`${remark(title)}\n`, ...parts].join('\n')
}

const remark = (text: string): string =>
  text
    .split('\n')
    .map(line => (line === '' ? '#' : `# ${line}`))
    .join('\n')

/** @throws RangeError for a path that is not there: a note would be lost without a word */
function comment(start: unknown, path: readonly string[], note: string): void {
  let node: unknown = start
  for (const [depth, step] of path.entries()) {
    const found: unknown = isMap(node)
      ? node.items.find(pair => isScalar(pair.key) && pair.key.value === step)
      : isSeq(node)
        ? node.items[Number(step)]
        : undefined
    if (found === undefined) throw new RangeError(`no ${path.join('.')} to comment on`)
    if (depth === path.length - 1) {
      const target = (isPair(found) ? found.key : found) as Node
      target.commentBefore = note
        .split('\n')
        .map(line => ` ${line}`)
        .join('\n')
    }
    node = isPair(found) ? found.value : found
  }
}
