import { type Outline, outline } from '../schema/outline.ts'
import { defaultWords, inYaml, wrap } from './words.ts'

const head = `# yaml-language-server: $schema=gatehouse.schema.json
# Every key of Gatehouse with its default. What has no default, or excludes something that stands here,
# is commented out and shows an example. Written by scripts/generate.ts from src/config/schema.
`

/** Keys that must be written, and the one of two that this file is about. */
const live: Readonly<Record<string, string>> = {
  domain: 'example.com',
  upstream: 'http://127.0.0.1:8080',
  url: 'http://127.0.0.1:9091',
}

function comment(node: Outline, required: boolean): string {
  const fallback = defaultWords(node, required)
  const dynamic =
    node['x-default'] === undefined || fallback === undefined
      ? ''
      : ` Default: ${fallback.replaceAll('`', '')}.`
  return `${(node.description ?? '').replaceAll('`', '')}${dynamic}`
}

/** The lines of one key. `off`: inside something that is commented out, where a `#` stands already. */
function lines(key: string, node: Outline, indent: number, required: boolean, off: boolean): string[] {
  const pad = ' '.repeat(indent)
  const text = wrap(comment(node, required), 96 - indent).map(line => `${pad}# ${line}`)
  if (key === 'apps')
    return [
      ...text,
      `${pad}apps:`,
      `${pad}  shinobi:`,
      ...group(node.additionalProperties || {}, indent + 4, off),
    ]
  if (key === 'listen') return [...text, `${pad}listen:`, ...entry(node.items ?? {}, indent + 2, off)]
  if (key === 'rules') return [...text, `${pad}rules: []`, ...exampleRule(node.items ?? {}, indent + 2)]
  if (key === 'oidc_apps') {
    const one = lines('cloud', node.additionalProperties || {}, 2, true, true)
    return [...text, `${pad}oidc_apps: {}`, ...one.map(line => `${pad}# ${line}`)]
  }
  if (node.properties !== undefined && node['x-example'] === undefined) {
    const alternative = !off && !required && node.default === undefined
    if (alternative) return [...text, ...[`${key}:`, ...group(node, 2, true)].map(line => `${pad}# ${line}`)]
    const inner = group(node, indent + 2, off)
    const nothing = !off && inner.every(line => line.trimStart().startsWith('#'))
    return [...text, `${pad}${key}:${nothing ? ' {}' : ''}`, ...inner]
  }
  if (node.default !== undefined) return [...text, ...valueLines(key, node, pad)]
  if (required && live[key] !== undefined && !off) return [...text, `${pad}${key}: ${live[key]}`]
  const example = exampleOf(node)
  if (required) return [...text, `${pad}${key}: ${example}`]
  return [...text, `${pad}# ${key}: ${example}`]
}

function valueLines(key: string, node: Outline, pad: string): string[] {
  const value = node.default
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    if (Object.keys(value).length === 0) return [`${pad}${key}: {}`]
    return [
      `${pad}${key}:`,
      ...Object.entries(value).map(([name, each]) => `${pad}  ${name}: ${inYaml(each)}`),
    ]
  }
  return [`${pad}${key}: ${inYaml(value)}`]
}

function exampleOf(node: Outline): string {
  if (node['x-example'] !== undefined) return inYaml(node['x-example'])
  if (node.enum !== undefined) return inYaml(node.enum[0])
  const inner = node.items ?? node
  const properties = Object.entries(inner.properties ?? {})
  if (properties.length === 0) return inYaml(inner['x-example'])
  return `{ ${properties.map(([key, child]) => `${key}: ${exampleOf(child)}`).join(', ')} }`
}

function group(node: Outline, indent: number, off: boolean): string[] {
  return Object.entries(node.properties ?? {}).flatMap(([key, child]) =>
    lines(key, child, indent, node.required?.includes(key) === true, off),
  )
}

/** The default listener, and its other keys as comments. */
function entry(node: Outline, indent: number, off: boolean): string[] {
  const pad = ' '.repeat(indent)
  const { address = {}, door = {}, ...rest } = node.properties ?? {}
  const first = wrap(comment(address, false), 92).map(line => `${pad}# ${line}`)
  return [
    ...first,
    `${pad}- address: 127.0.0.1:9080`,
    ...group({ properties: { door, ...rest } }, indent + 2, off),
  ]
}

function exampleRule(node: Outline, indent: number): string[] {
  const pad = ' '.repeat(indent)
  const rows = Object.entries(node.properties ?? {}).flatMap(([key, child], index) => [
    ...wrap(comment(child, key === 'policy'), 90 - indent).map(line => `${pad}#     # ${line}`),
    `${pad}# ${index === 0 ? '  - ' : '    '}${key}: ${exampleOf(child)}`,
  ])
  return [`${pad}# One rule with every test there is; without "[]" above:`, ...rows]
}

/** config/gatehouse.full.yml. */
export function fullFile(): string {
  const { properties = {}, required } = outline()
  const blocks = Object.entries(properties).map(([key, node]) =>
    lines(key, node, 0, required?.includes(key) === true || key === 'authelia', false).join('\n'),
  )
  return `${head}\n${blocks.join('\n\n')}\n`
}
