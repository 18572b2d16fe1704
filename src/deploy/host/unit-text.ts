/** Texts of gatehouse.yml in a systemd unit (systemd.syntax(7), systemd.service(5)). */
import { HouseError } from '../house.ts'

/**
 * A path as the rest of a line. `%` begins a specifier; a backslash at the end of a line joins the next one to
 * it, and a carriage return ends one.
 * @throws HouseError for what would have to be escaped differently from place to place
 */
export function unitPath(path: string): string {
  if (/["'\\\u0000-\u001f\u007f]/.test(path))
    throw new HouseError(
      `systemd cannot be told a path with quotes, backslashes or control characters: ${JSON.stringify(path)}.`,
      'another name for it',
    )
  return path.replaceAll('%', '%%')
}

/** The same as one of several words. */
export function unitWord(path: string): string {
  const text = unitPath(path)
  return /^[\w./:@+,%-]+$/.test(text) ? text : `"${text}"`
}

/** The same as an argument of ExecStart, where `$` begins a variable. Specifiers in it are meant. */
export const execWord = (text: string): string => unitWord(text.replaceAll('$', '$$$$'))
