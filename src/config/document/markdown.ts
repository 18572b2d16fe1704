import { laterKeys } from '../later.ts'
import { type Outline, outline } from '../schema/outline.ts'
import { exampleFile } from './example.ts'
import { defaultWords, inYaml, typeWords } from './words.ts'

const intro = `# The configuration

<!-- Written by scripts/generate.ts from src/config/schema: change it there. -->

Everything stands in one file, \`gatehouse.yml\`. It is looked for in the current folder and then in
\`/etc/gatehouse\`; \`--config\` names another. \`gatehouse check\` reads it as \`gatehouse serve\` would and says all that
is wrong with it, with what to write instead. Two more files show it whole:
[the smallest one](../config/gatehouse.example.yml) and [every key](../config/gatehouse.full.yml).

`

const conventions = `
- **Durations** carry a unit: \`500ms\`, \`2s\`, \`5m\`, \`1h30m\`, \`30d\`.
- **Paths** of files are relative to the configuration file.
- **Hosts** have neither scheme nor port, and lie inside \`domain\`: the session cookie reaches no other.
- **Patterns** are regular expressions of the RE2 kind, as in Authelia. Put them in single quotes.
- Keys that are not listed here are refused, so that a misspelt one is never ignored.
- For completion in an editor, put \`# yaml-language-server: $schema=\` and the path of
  \`config/gatehouse.schema.json\` in the first line.

`

const cell = (text: string): string => text.replaceAll('|', '\\|')

function row(key: string, node: Outline, required: boolean): string {
  const fallback = defaultWords(node, required) ?? '**must be written**'
  const example = node['x-example']
  const shown = node.default === undefined && example !== undefined ? ` Example: \`${inYaml(example)}\`.` : ''
  return `| \`${key}\` | ${cell(typeWords(node))} | ${cell(fallback)} | ${cell((node.description ?? '') + shown)} |`
}

/** The node whose keys a section lists: through lists and names. */
function keysOf(node: Outline): { node: Outline; suffix: string } {
  if (node.items !== undefined) return { node: node.items, suffix: '[]' }
  if (node.additionalProperties) return { node: node.additionalProperties, suffix: '.<app>' }
  return { node, suffix: '' }
}

function section(title: string, node: Outline, about: string): string[] {
  const properties = Object.entries(node.properties ?? {})
  if (properties.length === 0 || node['x-type'] !== undefined) return []
  const rows = properties.map(([key, child]) => row(key, child, node.required?.includes(key) === true))
  const heading = title === '' ? '## The top of the file' : `## \`${title}\``
  const text = [
    heading,
    '',
    ...(about === '' ? [] : [about, '']),
    '| Key | Value | Default | What it means |',
    '|---|---|---|---|',
    ...rows,
    '',
  ]
  const inner = properties.flatMap(([key, child]) => {
    const { node: next, suffix } = keysOf(child)
    const deeper = next.items === undefined ? next : next.items
    return section(`${title === '' ? '' : `${title}.`}${key}${suffix}`, deeper, child.description ?? '')
  })
  return [...text, ...inner]
}

/** docs/CONFIG.md. */
export function markdown(): string {
  const later = laterKeys.map(key => `- ${key.startsWith('`') || key.includes(' ') ? key : `\`${key}\``}`)
  const end = ['## Not yet', '', 'These are planned, and refused until they do something:', '', ...later, '']
  const smallest = `\`\`\`yaml\n${exampleFile().replace(/^(#.*\n)+/, '')}\`\`\`\n`
  return `${intro}${smallest}${conventions}${section('', outline(), '').join('\n')}\n${end.join('\n')}`
}
