/**
 * Whether two strings are equal but for case, by Unicode's simple folding: Go's strings.EqualFold.
 * toLowerCase would make `İ` two characters and miss `ſ` and the Kelvin sign.
 */
export function equalFold(a: string, b: string): boolean {
  if (a === b) return true
  if (ascii.test(a) && ascii.test(b)) return a.length === b.length && a.toLowerCase() === b.toLowerCase()
  return new RegExp(`^${a.replace(special, '\\$&')}$`, 'iu').test(b)
}

const ascii = /^[\0-\x7f]*$/
const special = /[\\^$.*+?()[\]{}|/]/g
