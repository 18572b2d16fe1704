/** A place in Authelia's YAML: reads values as loosely as Authelia does, and keeps where they stand. */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type LineCounter,
  type Node,
  type Scalar,
  type YAMLMap,
} from 'yaml'

export interface AutheliaFault {
  /** From 1. */
  readonly line: number
  /** From 1. */
  readonly column: number
  /** Never holds the value of a secret: only served keys are read. */
  readonly message: string
}

/** What is learnt while reading one file. */
export interface Reading {
  readonly document: Document
  readonly lines: LineCounter
  readonly faults: AutheliaFault[]
  readonly ignored: string[]
  readonly notes: string[]
}

const template = /\{\{.*\}\}|\$\{\w+\}/

export class Place {
  /** `access_control.rules[0].policy`. */
  readonly path: string
  readonly #reading: Reading
  readonly #node: Node | undefined
  /** Where to point if the value itself is absent. */
  readonly #near: Node | undefined

  constructor(reading: Reading, path: string, node: unknown, near?: Node) {
    this.#reading = reading
    this.path = path
    this.#near = near
    const found = isAlias(node) ? node.resolve(reading.document) : node
    const empty = isScalar(found) && (found.value === null || found.value === undefined)
    this.#node = empty ? undefined : (found as Node | undefined)
  }

  get present(): boolean {
    return this.#node !== undefined
  }

  get isMap(): boolean {
    return isMap(this.#node)
  }

  get isList(): boolean {
    return isSeq(this.#node)
  }

  fault(message: string): undefined {
    const offset = (this.#node ?? this.#near)?.range?.[0] ?? 0
    const { line, col } = this.#reading.lines.linePos(offset)
    this.#reading.faults.push({
      line: Math.max(line, 1),
      column: Math.max(col, 1),
      message: `${this.path}: ${message}`,
    })
    return undefined
  }

  note(message: string): void {
    this.#reading.notes.push(message)
  }

  /** The value of a key; absent where this is no mapping. */
  get(key: string): Place {
    const found = isMap(this.#node) ? this.#pairs(this.#node).get(key)?.value : undefined
    return new Place(
      this.#reading,
      this.path === '' ? key : `${this.path}.${key}`,
      found,
      this.#node ?? this.#near,
    )
  }

  /** The keys that stand here, merged ones (`<<`) included. */
  keys(): readonly string[] {
    return isMap(this.#node) ? [...this.#pairs(this.#node).keys()] : []
  }

  /** Faults on a key that is neither served nor ignored; what is ignored is written down. */
  expect(served: readonly string[], ignored: readonly string[] = []): void {
    if (this.present && !this.isMap) this.fault('this must be a mapping, `key: value`')
    for (const key of this.keys()) {
      const place = this.get(key)
      if (ignored.includes(key)) this.#reading.ignored.push(place.path)
      else if (!served.includes(key))
        this.#at(key).fault(`Authelia has no such key here; known are ${served.join(', ')}`)
    }
  }

  /** The key itself, to point at. */
  #at(key: string): Place {
    const found = isMap(this.#node) ? this.#pairs(this.#node).get(key)?.key : undefined
    return new Place(this.#reading, this.get(key).path, undefined, isScalar(found) ? found : this.#near)
  }

  /** A list's items; one value alone stands for a list of one, as in Authelia. */
  items(): readonly Place[] {
    if (this.#node === undefined) return []
    if (!isSeq(this.#node)) return [this]
    return this.#node.items.map(
      (item, index) => new Place(this.#reading, `${this.path}[${index}]`, item, this.#node),
    )
  }

  /** Text; a number or boolean as it was written. Undefined where absent or faulty. */
  string(): string | undefined {
    if (this.#node === undefined) return undefined
    if (!isScalar(this.#node)) return this.fault('this must be one value, not a list or a mapping')
    const text =
      typeof this.#node.value === 'string'
        ? this.#node.value
        : (this.#node.source ?? String(this.#node.value))
    if (template.test(text))
      return this.fault('templates and variables are not filled in here; write the value')
    return text
  }

  /** The scalar's own value, for keys where its type matters. */
  scalar(): unknown {
    return isScalar(this.#node) ? (this.#node as Scalar).value : undefined
  }

  strings(): readonly string[] {
    return this.items().flatMap(item => {
      const text = item.string()
      if (text === undefined && !item.present) item.fault('this is empty')
      return text ?? []
    })
  }

  oneOf<T extends string>(words: readonly T[]): T | undefined {
    const text = this.string()
    if (text === undefined) return undefined
    return words.find(word => word === text) ?? this.fault(`'${text}' must be one of ${words.join(', ')}`)
  }

  integer(least: number): number | undefined {
    const text = this.string()
    if (text === undefined) return undefined
    if (!/^-?\d{1,9}$/.test(text) || Number(text) < least)
      return this.fault(`this must be a whole number from ${least}`)
    return Number(text)
  }

  boolean(otherwise: boolean): boolean {
    const text = this.string()
    if (text === undefined) return otherwise
    if (text !== 'true' && text !== 'false') this.fault('this must be true or false')
    return text === 'true'
  }

  #pairs(map: YAMLMap): ReadonlyMap<string, { readonly key: unknown; readonly value: unknown }> {
    const pairs = new Map<string, { key: unknown; value: unknown }>()
    const merged: unknown[] = []
    for (const { key, value } of map.items) {
      const name =
        isScalar(key) && typeof key.value !== 'string' ? (key.source ?? String(key.value)) : String(key)
      if (name === '<<') merged.push(...(isSeq(value) ? value.items : [value]))
      else pairs.set(name, { key, value })
    }
    for (const one of merged) {
      const source = isAlias(one) ? one.resolve(this.#reading.document) : one
      if (!isMap(source) || source === map) continue
      for (const [name, pair] of this.#pairs(source)) if (!pairs.has(name)) pairs.set(name, pair)
    }
    return pairs
  }
}
