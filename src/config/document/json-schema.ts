import { type Outline, outline } from '../schema/outline.ts'

/** Our own notes out, and one value allowed where a list of one is meant. */
function forEditors(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(forEditors)
  if (typeof node !== 'object' || node === null) return node
  const entries = Object.entries(node).filter(([key]) => !key.startsWith('x-') && key !== 'propertyNames')
  const plain = Object.fromEntries(entries.map(([key, value]) => [key, forEditors(value)]))
  if ((node as Outline)['x-one-or-more'] !== true) return plain
  const { description, ...list } = plain
  return { description, anyOf: [list.items, list] }
}

/** config/gatehouse.schema.json: completion and checking in an editor that knows JSON Schema. */
export function jsonSchema(): string {
  const { $schema, ...rest } = forEditors(outline()) as Record<string, unknown>
  const head = { $schema, title: 'gatehouse.yml', description: 'The configuration of Gatehouse' }
  return `${JSON.stringify({ ...head, ...rest }, undefined, 2)}\n`
}
