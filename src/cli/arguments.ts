/** What was typed, checked against the table of commands. */
import { parseArgs } from 'node:util'
import { nearest } from '../lib/suggest.ts'
import { type Command, UsageFault } from './command.ts'

export interface Arguments {
  readonly given: Readonly<Record<string, string>>
  readonly flags: ReadonlySet<string>
  readonly words: readonly string[]
}

/**
 * Reads the arguments of a command. `--help` is known everywhere, and with it nothing else is checked.
 * @throws UsageFault naming the option or word that is wrong, and what was probably meant
 */
export function readArguments(command: Command, args: readonly string[]): Arguments {
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      Object.entries(command.options).map(([name, { value }]) => [
        name,
        { type: value ? 'string' : 'boolean' },
      ]),
    ),
    allowPositionals: true,
    strict: false,
    tokens: true,
  })
  const given: Record<string, string> = {}
  const flags = new Set<string>()
  const words: string[] = []
  const help = tokens.some(token => token.kind === 'option' && isHelp(token.name))
  if (help) return { given, flags: new Set(['help']), words }

  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value)
    if (token.kind !== 'option') continue
    const option = Object.hasOwn(command.options, token.name) ? command.options[token.name] : undefined
    if (option === undefined) throw unknownOption(token.rawName, command)
    if (option.value === undefined) {
      if (token.value !== undefined) throw new UsageFault(`${token.rawName} takes no value.`)
      flags.add(token.name)
      continue
    }
    const swallowed = token.value?.startsWith('-') && token.value.length > 1 && !token.inlineValue
    if (!token.value || swallowed) {
      throw new UsageFault(`${token.rawName} needs a value: ${token.rawName} ${option.value}`)
    }
    if (option.many && token.name in given) {
      given[token.name] += `\n${token.value}`
      continue
    }
    if (token.name in given) throw new UsageFault(`${token.rawName} is given twice.`)
    given[token.name] = token.value
  }

  const [missing] = command.words.filter(word => !word.startsWith('[')).slice(words.length)
  if (missing !== undefined) throw new UsageFault(`${missing} is missing.`)
  const [extra] = words.slice(command.words.length)
  if (extra !== undefined) throw new UsageFault(`"${extra}" is one word too many.`)
  return { given, flags, words }
}

export function isHelp(name: string): boolean {
  return name === 'help' || name === 'h'
}

function unknownOption(typed: string, command: Command): UsageFault {
  const known = [...Object.keys(command.options), 'help']
  const meant = nearest(typed.replace(/^-+/, ''), known)
  const hint = meant ? `Did you mean --${meant}?` : `It has ${known.map(name => `--${name}`).join(', ')}.`
  return new UsageFault(`gatehouse ${command.name} has no option ${typed}. ${hint}`)
}
