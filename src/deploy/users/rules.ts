/** What a user's name, groups, address and password may be. Pure; each throws UserError that says what to write. */
import { UserError } from './user-error.ts'

const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/

const quote = (text: string): string => JSON.stringify(text)

/**
 * A name goes into headers, logs, Basic credentials (where a colon ends it, RFC 7617) and file names of apps.
 * Authelia tells Alice from alice, and refuses capitals when told to search without case.
 */
export function checkName(name: string): void {
  if (name === '') throw new UserError('A user needs a name: ann')
  const lower = name.toLowerCase()
  const tidy = lower
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .replaceAll(/[^a-z0-9._@+-]+/g, '-')
  const hint = tidy.replace(/^[^a-z0-9]+/, '').slice(0, 64)
  const instead = hint === '' || hint === name ? '' : `; perhaps ${hint}`
  if (!/^[a-z0-9][a-z0-9._@+-]*$/.test(name))
    throw new UserError(
      name !== lower && /^[a-z0-9][a-z0-9._@+-]*$/.test(lower)
        ? `${quote(name)} has capitals, which have to be typed so at every login: write ${lower}.`
        : `${quote(name)} is no name of a user: small letters, digits and ". _ - @ +", a letter or digit first${instead}.`,
    )
  if (name.length > 64) throw new UserError(`${quote(name)} is too long: 64 characters at most.`)
}

/** A group goes into Remote-Groups, which separates them by commas. */
export function checkGroup(group: string): void {
  if (group.includes(','))
    throw new UserError(
      `The group ${quote(group)} has a comma: Remote-Groups separates groups by commas, so that apps would see others. Write it without.`,
    )
  if (group.trim() === '') throw new UserError('A group needs a name: family')
  if (group !== group.trim() || CONTROL.test(group))
    throw new UserError(
      `The group ${quote(group)} begins or ends with a space, or has a control character in it.`,
    )
  if (group.length > 100)
    throw new UserError(`The group ${quote(group)} is too long: 100 characters at most.`)
}

/** As browsers judge an address (WHATWG HTML, "valid e-mail address"), with a dot in the domain. */
export function checkEmail(email: string): void {
  const label = '[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?'
  const shape = new RegExp(`^[a-zA-Z0-9.!#$%&'*+/=?^_\`{|}~-]+@${label}(?:\\.${label})+$`)
  if (!shape.test(email) || email.length > 254)
    throw new UserError(`${quote(email)} is no address: write it as in ann@example.com.`)
}

/** How the person is called on pages. */
export function checkDisplayName(name: string): void {
  if (name.trim() === '' || CONTROL.test(name) || name.length > 100)
    throw new UserError(`${quote(name)} cannot be shown as a name: one line, 100 characters at most.`)
}

/**
 * A new password. What `min_score` asks for is judged by Authelia's page alone.
 * @param least characters, `deploy.password_policy.min_length`
 * @param own what must not be the password: the user's name, address, groups
 */
export function checkPassword(password: string, least: number, own: readonly string[]): void {
  if (password === '') throw new UserError('The password is empty.')
  if (CONTROL.test(password))
    throw new UserError('The password has a control character in it, such as a tab.')
  const length = [...password].length
  if (length < least)
    throw new UserError(
      `The password has ${length} ${length === 1 ? 'character' : 'characters'}, and deploy.password_policy.min_length asks for ${least}.`,
    )
  if (password.trim() === '') throw new UserError('The password is nothing but spaces.')
  if (password.length > 1024) throw new UserError('The password is longer than 1024 characters.')
  const lower = password.toLowerCase()
  if (own.some(text => text.toLowerCase() === lower))
    throw new UserError("The password is the user's own name, address or group.")
}
