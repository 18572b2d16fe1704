/** Whom a rule means: subjects, and the named groups User and Group of a pattern. */
import { equalFold } from '../lib/fold.ts'
import type { Pattern } from '../lib/pattern.ts'
import type { Subject } from '../types.ts'
import { PolicyError } from './policy-error.ts'

export type SubjectMatch = (subject: Subject) => boolean

/** Nobody is logged in. */
export function isAnonymous(subject: Subject): boolean {
  return subject.user === '' && subject.groups.length === 0
}

/**
 * Any of the lists, all of whose `user:x` and `group:y` must hold, letter for letter. Asked about
 * somebody who is logged in. `oauth2:client:z` is never a person.
 * @throws PolicyError for any other word; Authelia would leave it out and so widen the rule.
 */
export function subjectMatch(anyOf: readonly (readonly string[])[], label: string): SubjectMatch {
  const lists = anyOf.map(allOf => allOf.map(word => one(word, label)))
  if (lists.some(list => list.length === 0))
    throw new PolicyError('bad-subject', label, 'an empty subject list')
  return subject => lists.some(tests => tests.every(test => test(subject)))
}

function one(word: string, label: string): SubjectMatch {
  const [, kind, rest = ''] = /^(user:|group:|oauth2:client:)(.*)$/s.exec(word) ?? []
  const name = rest.replace(/^ +| +$/g, '')
  if (kind === 'user:') return subject => subject.user === name
  if (kind === 'group:') return subject => subject.groups.includes(name)
  if (kind === 'oauth2:client:') return () => false
  throw new PolicyError('bad-subject', label, `'${word}' is neither user:NAME nor group:NAME`)
}

/** Whether the pattern asks who the visitor is. */
export function asksWho(pattern: Pattern): boolean {
  return pattern.groups.has('User') || pattern.groups.has('Group')
}

/** Whether the text matches, and its groups User and Group are the visitor's; nobody fits any. */
export function fitsPerson(pattern: Pattern, text: string, subject: Subject): boolean {
  if (isAnonymous(subject)) return pattern.search(text)
  const found = pattern.capture(text)
  if (found === undefined) return false
  const user = found.get('User')
  if (user !== undefined && !equalFold(subject.user, user)) return false
  const group = found.get('Group')
  return group === undefined || subject.groups.some(own => equalFold(own, group))
}
