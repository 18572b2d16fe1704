/** Something about a user that a person has to see to; its message shows no password and no digest. */
export class UserError extends Error {
  override readonly name = 'UserError'
}
