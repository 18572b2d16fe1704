import { HouseError } from '../house.ts'

/**
 * Any text as one word of NGINX's configuration, so that nothing in it ends the directive (`;`, `{`, a line
 * break, `#`) or is taken for more than text. A `$` cannot be written there at all, since most directives
 * take it for a variable; nor are control characters of any use in a name.
 * @param what the text is, for the message
 * @throws HouseError where the text cannot be said to NGINX
 */
export function word(text: string, what: string): string {
  if (/[$\u0000-\u001f\u007f]/.test(text))
    throw new HouseError(
      `NGINX cannot be told ${what} with "$" or a control character in it: ${JSON.stringify(text)}.`,
      'another name for it',
    )
  return /^[\w./:@+*?[\]-]+$/.test(text) ? text : `"${text.replaceAll(/["\\]/g, '\\$&')}"`
}

/**
 * The path of a file for `include`, which reads `*`, `?` and `[` as patterns; each of them stands for itself
 * in brackets.
 * @param pattern what follows, and may be one
 */
export function includeWord(path: string, pattern = ''): string {
  return word(`${path.replaceAll(/[*?[]/g, '[$&]')}${pattern}`, 'a path')
}

/** Lines within a pair of braces. */
export function block(head: string, lines: readonly string[]): string[] {
  return [
    `${head} {`,
    ...lines.flatMap(line => line.split('\n')).map(line => (line === '' ? '' : `    ${line}`)),
    '}',
  ]
}
