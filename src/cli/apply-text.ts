/** What `apply` shows. */
import type { Outcome } from '../deploy/apply/apply.ts'
import { folderOf } from '../deploy/apply/back.ts'
import type { Survey } from '../deploy/apply/survey.ts'
import type { Test } from '../deploy/apply/trial.ts'
import { type Change, colourful } from '../deploy/tree/difference.ts'

const WORD = { new: 'new', changed: 'changed', gone: 'removed' } as const

/** The difference, and the links to make. */
export function describe(found: Survey, colour: boolean): string {
  const { changes, edited, current, wish, linksToMake, linksToDrop, unfinished, places } = found
  const lines: string[] = []
  if (wish.back !== undefined)
    lines.push(`Back to release ${wish.back}, which was in place before release ${current}.`)
  if (unfinished && changes.length === 0)
    lines.push(
      `Release ${current} is in place, but the apply before did not finish: not everything has taken it yet.`,
    )
  if (edited.length > 0 && current !== undefined) {
    lines.push(`Changed by hand since release ${current} was put in place:`)
    lines.push(...edited.map(path => `  ${path}`))
    lines.push(`That work is not kept in the new release; it stays in ${folderOf(wish, current)}.`)
  }
  for (const change of changes) lines.push(...changeLines(change, colour))
  for (const link of linksToMake)
    lines.push(`link      ${places.below(link.path)} -> ${places.current}/${link.to}`)
  for (const link of linksToDrop) lines.push(`unlink    ${places.below(link.path)}`)
  return `${lines.join('\n')}\n`
}

/** A file that is new is not shown line by line: `render --out` shows it better. */
function changeLines({ kind, path, about, text }: Change, colour: boolean): string[] {
  const what = about === undefined ? '' : `  (${about})`
  const lines = text.split('\n').filter(line => /^\+(?!\+\+ )/.test(line)).length
  const size = kind === 'new' ? `, ${lines} ${lines === 1 ? 'line' : 'lines'}` : ''
  const head = `${WORD[kind].padEnd(8)}  ${path}${size}${what}`
  if (kind !== 'changed') return [head]
  return [head, (colour ? colourful(text) : text).trimEnd(), '']
}

/** How it went. */
export function success(found: Survey, { release, before, tests, remarks }: Outcome): string {
  const { wish } = found
  const lines = tests.map(testLine)
  lines.push(...remarks.map(remark => `beware: ${remark}`))
  lines.push(`Release ${release} is in place${wish.root === '' ? '' : ` below ${wish.root}`}.`)
  if (wish.root !== '')
    lines.push('Nothing was started or reloaded: --root is for a machine that does not run.')
  if (wish.back !== undefined)
    lines.push('gatehouse.yml is as it was: the next gatehouse apply puts in place what it says.')
  else if (before !== undefined && before > 0 && before !== release)
    lines.push(`Not what you wanted? gatehouse apply --back returns to release ${before}.`)
  return `${lines.join('\n')}\n`
}

function testLine({ test, good, said }: Test): string {
  return good === undefined ? `not tested with ${test}: ${said}` : `tested: ${test}`
}

interface Result {
  readonly found?: Survey
  readonly [key: string]: unknown
}

/** One JSON object for scripts. */
export function asJson({ found, ...result }: Result): string {
  const shown =
    found === undefined
      ? {}
      : {
          ...(found.current === undefined ? {} : { before: found.current }),
          changes: found.changes,
          edited: found.edited,
          links: found.linksToMake.map(({ path }) => path),
          unlink: found.linksToDrop.map(({ path }) => path),
        }
  return `${JSON.stringify({ ...result, ...shown }, null, 2)}\n`
}
