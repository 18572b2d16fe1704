/** What can be done to a user. Each is one replacement of the file. */
import { randomBytes } from 'node:crypto'
import type { User } from '../../portal/users-file.ts'
import type { Random } from '../secrets/text.ts'
import { passwordDigest } from './password-digest.ts'
import { checkDisplayName, checkEmail, checkGroup, checkName, checkPassword } from './rules.ts'
import { changeUsers, readUsers } from './store.ts'
import { UserError } from './user-error.ts'

export interface Person {
  readonly name: string
  /** Absent: the name. */
  readonly displayName?: string
  readonly email?: string
  readonly groups: readonly string[]
  readonly password: string
}

/** As the portal and Authelia compare names and addresses where they disregard case. */
const fold = (text: string): string => text.normalize('NFKC').toLowerCase()

function checkFree({ name, email }: Pick<Person, 'name' | 'email'>, users: readonly User[]): void {
  for (const user of users) {
    if (user.name === name)
      throw new UserError(`There is a user ${name} already: gatehouse user passwd ${name}`)
    if (fold(user.name) === fold(name))
      throw new UserError(
        `There is a user ${user.name} already, and ${name} is too easily taken for the same.`,
      )
    if (user.email !== '' && fold(user.email) === fold(name))
      throw new UserError(`${name} is the address of ${user.name}: whoever logs in with it would be either.`)
    if (email === undefined) continue
    if (fold(user.email) === fold(email))
      throw new UserError(
        `${email} is the address of ${user.name} already: a password reset must reach one person.`,
      )
    if (fold(user.name) === fold(email)) throw new UserError(`${email} is the name of another user.`)
  }
}

/** Everything about a new user but the password, so that nobody types one for nothing. @throws UserError */
export async function checkPerson(file: string, person: Omit<Person, 'password'>): Promise<void> {
  checkName(person.name)
  if (person.displayName !== undefined) checkDisplayName(person.displayName)
  if (person.email !== undefined) checkEmail(person.email)
  for (const group of person.groups) checkGroup(group)
  checkFree(person, (await readUsers(file)) ?? [])
}

/**
 * Adds a user, and makes the file where there is none.
 * @param least `deploy.password_policy.min_length`
 * @throws UserError, LockError; then nothing has changed
 */
export async function addUser(
  file: string,
  person: Person,
  least: number,
  random: Random = randomBytes,
): Promise<void> {
  await checkPerson(file, person)
  const { name, displayName = name, email, password } = person
  const groups = [...new Set(person.groups)]
  checkPassword(password, least, [name, displayName, ...groups, ...(email === undefined ? [] : [email])])
  const digest = await passwordDigest(password, random)
  await changeUsers(file, (document, users) => {
    checkFree(person, users)
    document.add(name, { displayName, digest, groups, ...(email === undefined ? {} : { email }) })
  })
}

/** The user of that name. @throws UserError with what there is */
export function userOf(users: readonly User[] | undefined, name: string, file: string): User {
  const found = users?.find(user => user.name === name)
  if (found !== undefined) return found
  const near = users?.find(user => fold(user.name) === fold(name))
  const hint = near === undefined ? 'gatehouse user list names them' : `did you mean ${near.name}?`
  throw new UserError(
    users === undefined ? `${file} does not exist yet.` : `There is no user ${name}: ${hint}`,
  )
}

/** @throws UserError, LockError; then nothing has changed */
export async function setPassword(
  file: string,
  name: string,
  password: string,
  least: number,
  random: Random = randomBytes,
): Promise<void> {
  const { displayName, email } = userOf(await readUsers(file), name, file)
  checkPassword(password, least, [name, displayName, email].filter(Boolean))
  const digest = await passwordDigest(password, random)
  await changeUsers(file, document => document.setPassword(name, digest))
}

/**
 * Changes the groups of a user.
 * @param to gets those of now
 * @returns those of then
 */
export async function setGroups(
  file: string,
  name: string,
  to: (groups: readonly string[]) => readonly string[],
): Promise<readonly string[]> {
  let groups: readonly string[] = []
  await changeUsers(file, (document, users) => {
    const before = userOf(users, name, file).groups
    groups = [...new Set(to(before))]
    for (const group of groups) checkGroup(group)
    document.setGroups(name, groups)
  })
  return groups
}

/** @throws UserError, LockError; then nothing has changed */
export async function setDisabled(file: string, name: string, disabled: boolean): Promise<void> {
  await changeUsers(file, (document, users) => {
    userOf(users, name, file)
    document.setDisabled(name, disabled)
  })
}

/** Removes a user for good. @throws UserError, LockError; then nothing has changed */
export async function removeUser(file: string, name: string): Promise<void> {
  await changeUsers(file, (document, users) => {
    userOf(users, name, file)
    if (users.length === 1)
      throw new UserError(
        `${name} is the last user, and neither Authelia nor the portal takes a file without any: gatehouse user disable ${name}`,
      )
    document.remove(name)
  })
}
