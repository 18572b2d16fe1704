/** Secrets of random characters. */

/**
 * Letters and digits alone: RFC 3986's other unreserved characters (`-._~`) would do as well, but a secret that
 * begins with a hyphen is taken for an option, and one that ends with a full stop is copied without it.
 */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** Characters; 62 to the power of 64 is 381 bits. */
export const SECRET_LENGTH = 64

/** Random bytes, as many as are asked for; from outside, so that tests can fix them. */
export type Random = (size: number) => Uint8Array

/** A text of letters and digits, each as likely as every other. */
export function randomText(random: Random, length = SECRET_LENGTH): string {
  // Bytes beyond a multiple of 62 would make the first letters likelier; they are passed over.
  const limit = 256 - (256 % ALPHABET.length)
  let text = ''
  while (text.length < length) {
    for (const byte of random(length)) {
      if (byte < limit && text.length < length) text += ALPHABET[byte % ALPHABET.length]
    }
  }
  return text
}
