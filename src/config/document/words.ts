import type { Outline } from '../schema/outline.ts'

/** Text that YAML takes for text without quotes. */
const plain = /^(?![\d.]+$|true$|false$|null$)[A-Za-z\d/][\w./:<>-]*$/

/** A value as YAML writes it on one line; patterns and modes in the single quotes that people need. */
export function inYaml(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inYaml).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    return `{ ${Object.entries(value)
      .map(([key, each]) => `${key}: ${inYaml(each)}`)
      .join(', ')} }`
  }
  if (typeof value !== 'string' || plain.test(value)) return String(value)
  return `'${value.replaceAll("'", "''")}'`
}

/** The type of a key in words. */
export function typeWords(node: Outline): string {
  const inner = node['x-type']
  if (inner !== undefined) return inner
  if (node.items !== undefined) {
    const one = typeWords(node.items)
    return node['x-one-or-more'] === true ? `${one}, or a list of them` : `list of ${one}`
  }
  if (node.additionalProperties)
    return `a name for each, and below it ${typeWords(node.additionalProperties)}`
  return 'keys'
}

/** What holds where the key is not written, in words; undefined for a key that must be written. */
export function defaultWords(node: Outline, required: boolean): string | undefined {
  if (node['x-default'] !== undefined) return node['x-default']
  if (required) return undefined
  if (node.default === undefined) return 'none'
  return node.properties === undefined ? `\`${inYaml(node.default)}\`` : 'each of its own'
}

/** Text cut to lines of at most `width`. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length + 1 > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return line === '' ? lines : [...lines, line]
}
