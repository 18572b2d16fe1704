import { Refusal } from '../fault.ts'
import { quote } from '../redact.ts'
import { scalar } from './scalar.ts'

function readOne(input: unknown): string {
  const written = typeof input === 'string' ? input : ''
  const match = /^(user|group):(.+)$/.exec(written)
  const who = match?.[2] ?? ''
  if (match === null) {
    if (written.startsWith('oauth2:'))
      throw new Refusal('OpenID Connect clients do not come to a proxy.', 'user:alice or group:family')
    const spaced = /^(users?|groups?)\s*:\s*(\S.*)$/.exec(written)
    const hint =
      spaced === null
        ? `${/^[\w.-]+$/.test(written) ? `group:${written}` : 'group:family'}`
        : `${spaced[1]?.replace(/s$/, '')}:${spaced[2]}`
    throw new Refusal(`${quote(input)} names neither a user nor a group.`, `'${hint}'`)
  }
  if (who !== who.trim())
    throw new Refusal('The space after the colon would be part of the name.', `'${match[1]}:${who.trim()}'`)
  if (match[1] === 'group' && who.includes(',')) {
    throw new Refusal(
      'A group name with a comma cannot be told from two groups in Remote-Groups.',
      'rename the group',
    )
  }
  return written
}

/**
 * Reads Authelia's forms of a subject: `user:x`, a list (any of them), and lists in that list (all of
 * the inner ones), to a list of lists.
 */
export function readSubject(input: unknown): string[][] {
  const outer = Array.isArray(input) ? input : [input]
  if (outer.length === 0) throw new Refusal('An empty list names nobody.', `['group:family']`)
  return outer.map((inner: unknown) => {
    if (!Array.isArray(inner)) return [readOne(inner)]
    if (inner.length === 0) throw new Refusal('An empty list names nobody.', `['group:family']`)
    return inner.map(readOne)
  })
}

const one = { type: 'string', pattern: '^(user|group):.+$' }

export const subject = scalar(readSubject, {
  anyOf: [one, { type: 'array', items: { anyOf: [one, { type: 'array', items: one }] } }],
  'x-type': '`user:name`, `group:name`, or a list: any of them; in an inner list: all of them',
  'x-example': ['group:family'],
})
