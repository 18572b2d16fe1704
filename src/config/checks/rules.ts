import { pattern } from '../../lib/pattern.ts'
import { type Path, Refusal } from '../fault.ts'
import type { FileRule } from '../schema/file.ts'
import { readPattern } from '../values/pattern.ts'
import type { Checking } from './checking.ts'

function checkQuery(checking: Checking, rule: FileRule, at: Path): void {
  for (const [row, tests] of (rule.query ?? []).entries()) {
    for (const [column, test] of tests.entries()) {
      const path = [...at, 'query', row, column]
      const operator = test.operator ?? (test.value === undefined ? 'present' : 'equal')
      const bare = operator === 'present' || operator === 'absent'
      if (bare && test.value !== undefined) {
        checking.fault(
          [...path, 'value'],
          `"${operator}" compares with nothing.`,
          'operator: equal, or no value',
          'key',
        )
      } else if (!bare && test.value === undefined) {
        checking.fault(path, `"${operator}" needs a value to compare with.`, 'value: and the value')
      } else if (operator.endsWith('pattern')) {
        try {
          readPattern(test.value)
        } catch (error) {
          if (!(error instanceof Refusal)) throw error
          checking.fault([...path, 'value'], error.message, error.hint)
        }
      }
    }
  }
}

const isEverything = (rule: FileRule): boolean =>
  (['resources', 'query', 'methods', 'networks', 'subject'] as const).every(key => rule[key] === undefined)

/** Whether a pattern is about the visitor: its groups User and Group have to be theirs. */
function asksWho(source: string): boolean {
  const { groups } = pattern(source)
  return groups.has('User') || groups.has('Group')
}

/** Rules that could never do what they say. */
export function checkRules(checking: Checking): void {
  for (const [name, app] of Object.entries(checking.file.apps ?? {})) {
    for (const [index, rule] of app.rules.entries()) {
      const path = ['apps', name, 'rules', index]
      checkQuery(checking, rule, path)
      if (rule.policy === 'bypass' && rule.subject !== undefined) {
        const message = '"bypass" asks nobody who they are, so a rule with it cannot look at the subject.'
        checking.fault([...path, 'policy'], message, 'one_factor')
      }
      const own = (rule.resources ?? []).findIndex(source => asksWho(source))
      if (rule.policy === 'bypass' && own >= 0) {
        // Nobody is anybody: /home/(?P<User>…) would be open to all but those who are signed in as another.
        const message = '"bypass" asks nobody who they are, so a rule with it cannot look for their own name.'
        checking.fault([...path, 'policy'], message, 'one_factor')
      }
      if (isEverything(rule) && index < app.rules.length - 1) {
        const message = 'This rule matches everything, so that the rules below it never count.'
        checking.warn(path, message, "the app's own policy: with this word, and no such rule")
      }
    }
  }
}
