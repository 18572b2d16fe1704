/** The help texts, made from the table of commands. */
import type { Command } from './command.ts'

/** The help of the whole program. */
export function overview(commands: readonly Command[], version: string): string {
  const width = Math.max(...commands.map(({ name }) => name.length))
  return [
    `gatehouse ${version}: Authelia's single sign-on for apps that cannot speak it`,
    '',
    'Usage: gatehouse COMMAND [OPTIONS]',
    '',
    'Commands:',
    ...commands.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`),
    '',
    'Options:',
    '  --help     tells about a command: gatehouse COMMAND --help',
    '  --version  prints the version',
    '',
    'Examples:',
    '  gatehouse demo',
    '      see it work, with nothing to set up',
    '  gatehouse check && gatehouse serve',
    '      run it with ./gatehouse.yml',
    '',
    'Exit codes: 0 fine, 1 a fault was found, 2 wrong usage.',
    '',
  ].join('\n')
}

/** The help of one command. */
export function helpFor(command: Command): string {
  const options = Object.entries({ ...command.options, help: { about: 'shows this' } }).map(
    ([name, option]) => [`--${name}${'value' in option ? ` ${option.value}` : ''}`, option.about] as const,
  )
  const width = Math.max(...options.map(([typed]) => typed.length))
  return [
    `gatehouse ${command.name} ${command.about}.`,
    '',
    usage(command),
    '',
    'Options:',
    ...options.map(([typed, about]) => `  ${typed.padEnd(width)}  ${about}`),
    '',
    'Examples:',
    ...command.examples.flatMap(([typed, does]) => (does ? [`  ${typed}`, `      ${does}`] : [`  ${typed}`])),
    '',
  ].join('\n')
}

/** The one line that says what to type. */
export function usage(command: Command): string {
  return ['Usage: gatehouse', command.name, ...command.words, '[OPTIONS]'].join(' ')
}
