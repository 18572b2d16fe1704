/** One log line for a person: `12:00:01 warn  message  name=value`. */

const COLOURS: Readonly<Record<string, string>> = { debug: '2', info: '32', warn: '33', error: '31' }

/** Renders a line, its end included. What came from outside cannot steer the terminal. */
export function textLine(
  time: number,
  level: string,
  message: string,
  fields: object,
  colour: boolean,
): string {
  const paint = (code: string, text: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text)
  const clock = new Date(time).toTimeString().slice(0, 8)
  const pairs = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `  ${paint('2', `${printable(name)}=`)}${show(value)}`)
  const label = paint(COLOURS[level] ?? '0', level.padEnd(5))
  return `${paint('2', clock)} ${label} ${printable(message)}${pairs.join('')}\n`
}

function show(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
  return printable(/^[^\s"=]+$/.test(text) || typeof value !== 'string' ? text : JSON.stringify(text))
}

/** Control characters, C1 included, as escapes (terminal injection through a user name or a path). */
function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, char => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}
