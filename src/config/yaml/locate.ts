import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
} from 'yaml'
import type { Path } from '../fault.ts'

export interface Place {
  readonly offset: number
  readonly length: number
}

function placeOf(node: unknown): Place | undefined {
  if (!isNode(node) || !node.range) return undefined
  return { offset: node.range[0], length: Math.max(1, node.range[1] - node.range[0]) }
}

function pairOf(node: Node | null, step: string | number): Pair | undefined {
  if (!isMap(node)) return undefined
  return node.items.find(pair => isScalar(pair.key) && String(pair.key.value) === String(step))
}

/**
 * Where a path of the tree stands in the text. The nearest ancestor stands for what is not written. A
 * group of keys is marked by its own key, since its text may be many lines.
 */
export function locate(document: Document, path: Path, atKey = false): Place {
  let node: Node | null = isNode(document.contents) ? document.contents : null
  let place: Place = placeOf(node) ?? { offset: 0, length: 1 }
  let key: Place | undefined
  if (isCollection(node)) place = { offset: place.offset, length: 1 }
  for (const [index, step] of path.entries()) {
    const last = index === path.length - 1
    if (isAlias(node)) node = node.resolve(document) ?? null
    if (isSeq(node) && typeof step === 'number') {
      const item: unknown = node.items[step]
      if (item === undefined) return key ?? place
      node = isNode(item) ? item : isPair(item) && isNode(item.value) ? item.value : null
      place = placeOf(node) ?? place
      key = isCollection(node) ? { offset: place.offset, length: 1 } : undefined
      continue
    }
    // One value stands for a list of one: `tls: {…}` for `tls: [{…}]`.
    if (typeof step === 'number' && !isMap(node)) continue
    const pair = pairOf(node, step)
    if (pair === undefined) {
      if (typeof step === 'number') continue
      return key ?? place
    }
    key = placeOf(pair.key)
    node = isNode(pair.value) ? pair.value : null
    const value = placeOf(node)
    const bare = isScalar(node) && node.source === '' && node.value === null
    place = value === undefined || isCollection(node) || bare ? (key ?? place) : value
    if (last && atKey && key !== undefined) return key
  }
  return place
}
