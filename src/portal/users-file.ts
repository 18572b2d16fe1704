/** Reads users_database.yml, in Authelia's schema, with every fault at its line and column. */
import { isMap, isScalar, isSeq, type Pair, type YAMLMap } from 'yaml'
import type { Fault } from '../config/fault.ts'
import { Source } from '../config/source.ts'
import { parseYaml } from '../config/yaml/parse.ts'
import { type Digest, DigestError } from './digest/digest.ts'
import { readDigest } from './digest/read.ts'

export interface User {
  /** As the file spells it. */
  readonly name: string
  readonly displayName: string
  readonly email: string
  readonly groups: readonly string[]
  readonly disabled: boolean
  readonly digest: Digest
}

export interface UsersFile {
  readonly users: readonly User[]
  /** None, or the file is not to be used. */
  readonly faults: readonly Fault[]
}

/** Keys that Authelia knows of and that nothing here needs. */
const OTHER_KEYS = new Set(
  'given_name middle_name family_name nickname gender birthdate website profile picture zoneinfo locale phone_number phone_extension address extra'.split(
    ' ',
  ),
)
const KEYS = new Set(['password', 'displayname', 'email', 'groups', 'disabled', ...OTHER_KEYS])

/** @param file its path, for the faults  @param text its contents */
export function readUsersFile(file: string, text: string): UsersFile {
  const source = new Source(file, text)
  const { document, value, faults: found } = parseYaml(source)
  const faults = [...found]
  const fault: Report = (node, message, hint) => {
    const [from = 0, to = from + 1] = (node as { range?: readonly number[] | null } | null)?.range ?? []
    // The line itself is not shown: it may hold a digest.
    faults.push({ ...source.fault(from, to - from, message, hint), text: '', caret: { at: 0, length: 0 } })
  }
  if (value === undefined) return { users: [], faults }
  const root = document.contents
  const list = isMap(root) ? root.get('users', true) : undefined
  if (!isMap(list) || list.items.length === 0) {
    fault(root, 'there must be a map "users" with at least one user')
    return { users: [], faults }
  }
  const users = list.items.flatMap(pair => readUser(pair, fault) ?? [])
  return faults.length > 0 ? { users: [], faults } : { users, faults }
}

type Report = (node: unknown, message: string, hint?: string) => void

function readUser(pair: Pair<unknown, unknown>, fault: Report): User | undefined {
  const { key, value } = pair
  const name = isScalar(key) ? String(key.value) : ''
  if (name === '') return void fault(key, 'a user must have a name')
  if (!isMap(value)) return void fault(key, `user ${name}: must be a map`)
  for (const item of value.items) {
    const word = isScalar(item.key) ? String(item.key.value) : ''
    if (!KEYS.has(word)) fault(item.key, `user ${name}: "${word}" is not a key of a user`)
  }
  const field = (word: string, needed: boolean) => readText(value, name, word, needed, key, fault)
  const displayName = field('displayname', true)
  const password = field('password', true)
  const email = field('email', false)
  const disabled = value.get('disabled', true)
  if (disabled !== undefined && (!isScalar(disabled) || typeof disabled.value !== 'boolean')) {
    fault(disabled, `user ${name}: disabled must be true or false`)
  }
  const digest = password === '' ? undefined : readPassword(value, name, password, fault)
  const groups = readGroups(value, name, fault)
  if (digest === undefined) return undefined
  return {
    name,
    displayName,
    email,
    groups,
    disabled: isScalar(disabled) && disabled.value === true,
    digest,
  }
}

function readText(
  map: YAMLMap,
  user: string,
  word: string,
  needed: boolean,
  at: unknown,
  fault: Report,
): string {
  const node = map.get(word, true)
  if (node === undefined || (isScalar(node) && node.value === null)) {
    if (needed) fault(node ?? at, `user ${user}: "${word}" is missing`)
    return ''
  }
  if (isScalar(node) && typeof node.value === 'string') return node.value
  fault(node, `user ${user}: "${word}" must be text`, 'put it in quotation marks')
  return ''
}

function readPassword(map: YAMLMap, user: string, password: string, fault: Report): Digest | undefined {
  try {
    return readDigest(password)
  } catch (error) {
    if (!(error instanceof DigestError)) throw error
    return void fault(map.get('password', true), `user ${user}: ${error.message}`)
  }
}

function readGroups(map: YAMLMap, user: string, fault: Report): readonly string[] {
  const node = map.get('groups', true)
  if (node === undefined || (isScalar(node) && node.value === null)) return []
  if (!isSeq(node)) {
    fault(node, `user ${user}: "groups" must be a list`, 'groups: [family]')
    return []
  }
  return node.items.flatMap(item => {
    if (isScalar(item) && typeof item.value === 'string') return [item.value]
    fault(item, `user ${user}: a group must be text`, 'put it in quotation marks')
    return []
  })
}
