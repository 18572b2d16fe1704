/** A password's digest as users_database.yml writes it, read once and asked often. */

export interface Digest {
  /** Algorithm and cost, without salt and key: two digests of one kind take the same time. */
  readonly kind: string
  /** Whether the password is the one that was digested; does its work off the event loop. */
  verify(password: string): Promise<boolean>
}

/** A digest that cannot be used; its message is for a person and shows nothing of the digest. */
export class DigestError extends Error {
  override name = 'DigestError'
}

/** Reads one family of digests; undefined where the text is of another family. @throws DigestError */
export type Family = (encoded: string) => Digest | undefined

/** A whole number within its bounds, so that a users file cannot ask for hours or all memory. @throws DigestError */
export function bounded(name: string, text: string | undefined, least: number, most: number): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < least || value > most) {
    throw new DigestError(`the digest's ${name} must be between ${least} and ${most}`)
  }
  return value
}
