import { type Document, isAlias, isPair, isScalar, type Node, Scalar, visit } from 'yaml'
import type { Fault } from '../fault.ts'
import type { Source } from '../source.ts'

const length = (node: Node): number => (node.range ? node.range[1] - node.range[0] : 1)
const start = (node: Node): number => node.range?.[0] ?? 0

/**
 * What parses as YAML and means something else than it looks like: anchors that name nothing because a
 * `*` was meant as a star, tags, merge keys, and numbers in a notation of their own. A reference to
 * nothing is replaced by its text in the document, so that the rest can be checked.
 */
export function findTraps(document: Document, source: Source): Fault[] {
  const faults: Fault[] = []
  const anchors = new Set<string>()
  visit(document, {
    Node(_key, node) {
      if (isAlias(node)) {
        if (anchors.has(node.source)) return undefined
        const written = source.text.slice(start(node), start(node) + length(node))
        const message =
          'A "*" at the start of a value is a reference in YAML, and there is nothing of this name.'
        faults.push(source.fault(start(node), length(node), message, `'${written}'`))
        const text = new Scalar(written)
        text.range = node.range ?? null
        return text
      }
      if (node.anchor !== undefined) anchors.add(node.anchor)
      if (
        node.tag !== undefined &&
        /[!]/.test(source.text.slice(Math.max(0, start(node) - node.tag.length - 4), start(node)))
      ) {
        const line = source.startOf(source.lineAt(start(node)))
        const at = source.text.indexOf('!', line)
        const message = 'Tags ("!") are not read: nothing in this file is ever run or converted.'
        faults.push(
          source.fault(at, start(node) - at, message, 'the plain value, in quotes if it starts with "!"'),
        )
      }
      if (isScalar(node) && typeof node.value === 'number' && /^[-+]?0[0-9ox]/i.test(node.source ?? '')) {
        const message = `YAML reads ${node.source} as the number ${node.value}.`
        faults.push(
          source.fault(start(node), length(node), message, `'${(node.source ?? '').replace(/^0o/i, '0')}'`),
        )
      }
    },
    Pair(_key, pair) {
      if (isPair(pair) && isScalar(pair.key) && pair.key.value === '<<') {
        const message = 'Merge keys ("<<") are from YAML 1.1 and are not read.'
        faults.push(source.fault(start(pair.key), 2, message, 'the keys themselves'))
      }
    },
  })
  return faults
}
