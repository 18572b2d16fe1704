import { z } from 'zod'
import type { Path } from '../fault.ts'
import { file } from './file.ts'

/** One node of the schema as JSON Schema says it, with our own `x-` notes. */
export interface Outline {
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly default?: unknown
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, Outline>>
  readonly required?: readonly string[]
  readonly additionalProperties?: Outline | false
  readonly items?: Outline
  readonly 'x-type'?: string
  readonly 'x-default'?: string
  readonly 'x-example'?: unknown
  readonly 'x-one-or-more'?: boolean
}

let made: Outline | undefined

/** The whole schema, made once and only when it is needed: a right file never needs it. */
export function outline(): Outline {
  made ??= z.toJSONSchema(file, { io: 'input', unrepresentable: 'any' }) as Outline
  return made
}

/** The part of the schema that a path of the file is read by. */
export function outlineAt(path: Path): Outline | undefined {
  let node: Outline | undefined = outline()
  for (const step of path) {
    if (typeof step === 'number') node = node?.items
    else node = node?.properties?.[step] ?? (node?.additionalProperties || undefined)
  }
  return node
}

/** Where a key is at home: `apps.<app>`, `portal`; empty for the top of the file. */
export function homesOf(key: string): string[] {
  const homes: string[] = []
  const walk = (node: Outline, at: string): void => {
    for (const [name, child] of Object.entries(node.properties ?? {})) {
      if (name === key) homes.push(at)
      walk(child, at === '' ? name : `${at}.${name}`)
    }
    if (node.additionalProperties) walk(node.additionalProperties, `${at}.<app>`)
    if (node.items) walk(node.items, at)
  }
  walk(outline(), '')
  return [...new Set(homes)]
}
