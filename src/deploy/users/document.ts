/** users_database.yml as a document that is changed in place: comments, order and spelling of the rest stay. */
import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  parseDocument,
  Scalar,
  YAMLMap,
  YAMLSeq,
} from 'yaml'
import { readUsersFile } from '../../portal/users-file.ts'
import { keepLines } from './keep-lines.ts'
import { UserError } from './user-error.ts'

export interface NewUser {
  readonly displayName: string
  /** Of the password. */
  readonly digest: string
  readonly email?: string
  readonly groups: readonly string[]
}

const HEAD = `# The users, in Authelia's format. "gatehouse user" writes it; changes by hand are kept.
# Authelia writes it anew when somebody changes their password: comments are lost then.
users: {}
`

const quoted = (text: string): Scalar => {
  const node = new Scalar(text)
  node.type = Scalar.QUOTE_SINGLE
  return node
}

/** As plain as it can be; what other readers of YAML take for yes or no is quoted. */
const word = (text: string): Scalar =>
  /^(?:y|n|yes|no|on|off)$/i.test(text) ? quoted(text) : new Scalar(text)

/** Changes a value in place, so that a comment beside it stays. */
function put(map: YAMLMap, key: string, value: string | boolean): void {
  const node = map.get(key, true)
  if (isScalar(node) && typeof node.value === typeof value) node.value = value
  else map.set(key, typeof value === 'string' ? quoted(value) : value)
}

function listOf(groups: readonly string[]): YAMLSeq {
  const list = new YAMLSeq()
  for (const group of groups) list.add(word(group))
  return list
}

export class UsersDocument {
  readonly #document: Document
  readonly #text: string

  private constructor(text: string) {
    this.#text = text
    this.#document = parseDocument(text, { version: '1.2', schema: 'core' })
  }

  /** One without users yet. */
  static empty(): UsersDocument {
    return new UsersDocument(HEAD)
  }

  /**
   * @param file its path, for the error
   * @throws UserError with the place of every fault: a file that Authelia could not read is not written either
   */
  static read(file: string, text: string): UsersDocument {
    const { faults } = readUsersFile(file, text)
    if (faults.length === 0) return new UsersDocument(text)
    const lines = faults.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`)
    throw new UserError(`${lines.join('\n')}\nNothing was changed.`)
  }

  get #users(): YAMLMap {
    const users = this.#document.get('users', true)
    if (!isMap(users)) throw new UserError('There is no map "users" in the file.')
    return users
  }

  #pair(name: string): Pair | undefined {
    return this.#users.items.find(({ key }) => isScalar(key) && String(key.value) === name)
  }

  #user(name: string): YAMLMap {
    const value = this.#pair(name)?.value
    if (!isMap(value)) throw new UserError(`There is no user ${name}.`)
    return value
  }

  add(name: string, { displayName, digest, email, groups }: NewUser): void {
    const users = this.#users
    const user = new YAMLMap()
    user.set('displayname', quoted(displayName))
    user.set('password', quoted(digest))
    if (email !== undefined) user.set('email', quoted(email))
    if (groups.length > 0) user.set('groups', listOf(groups))
    // An empty list is written as {}; one with somebody in it is to be a list for people.
    if (users.items.length === 0) users.flow = false
    users.set(word(name), user)
  }

  setPassword(name: string, digest: string): void {
    put(this.#user(name), 'password', digest)
  }

  setDisabled(name: string, disabled: boolean): void {
    const user = this.#user(name)
    if (disabled || user.has('disabled')) put(user, 'disabled', disabled)
  }

  setGroups(name: string, groups: readonly string[]): void {
    const user = this.#user(name)
    const before = user.get('groups', true)
    if (!isSeq(before)) {
      user.set('groups', listOf(groups))
      return
    }
    const known = new Map(before.items.map(item => [isScalar(item) ? String(item.value) : '', item]))
    before.items = groups.map(group => known.get(group) ?? word(group))
    if (groups.length === 0) before.flow = true
  }

  remove(name: string): void {
    const pair = this.#pair(name)
    if (pair === undefined) throw new UserError(`There is no user ${name}.`)
    const users = this.#users
    users.items = users.items.filter(one => one !== pair)
  }

  /** The file's text: lines that were not changed as they were, the others in the indentation of the file. */
  toString(): string {
    const indent = /^users:[^\n]*\n(?:\s*(?:#[^\n]*)?\n)*( +)\S/m.exec(this.#text)?.[1]?.length ?? 2
    const indentSeq = !/^( *)groups:\s*\n\1- /m.test(this.#text)
    const text = this.#document.toString({ lineWidth: 0, indent, indentSeq })
    // The library puts a comment behind the mark that ends the document; its own line is where it was.
    return keepLines(this.#text, text.replace(/\n\.\.\. (#[^\n]*\n)$/, '\n...\n$1'))
  }
}
