/**
 * Text as each kind of file or shell wants it, so that a group named `Mum's "VIPs"` neither breaks a
 * setup sheet's file nor runs as a command. Control characters never get this far: the configuration
 * refuses them.
 */

/** For a POSIX shell: bare where nothing in it means anything, else in single quotes. */
export const sh = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`

/** A PHP string in single quotes, where only `\` and `'` are special. */
export const php = (text: string): string => `'${text.replaceAll(/[\\']/g, '\\$&')}'`

/** A Python string in single quotes. */
export const python = php

/** A Groovy or Ruby string in single quotes, where `$` means nothing. */
export const groovy = php

/** JSON, which is also JavaScript and YAML. */
export const json = (text: string): string => JSON.stringify(text)

/** A YAML scalar in single quotes, where only the quote itself is special. */
export const yaml = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** A value in the `environment` of a compose file, which also takes `$` for a variable. */
export const compose = (text: string): string => yaml(text.replaceAll('$', '$$$$'))

/** A value of an INI file as Go's `ini.v1` reads it (Gitea, Grafana); `#` and `;` would start a comment. */
export const ini = (text: string): string =>
  /^[\w@%+=:,./~()-]+( [\w@%+=:,./~()-]+)*$/.test(text) ? text : `"""${text}"""`

/** A value of a Java properties file, which is Latin-1 and takes `\` for an escape. */
export const properties = (text: string): string =>
  text
    .replaceAll('\\', '\\\\')
    .replace(/^ /, '\\ ')
    .replaceAll(/[^ -~]/g, char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** A regular expression (PCRE, Python, Go) that fits this text alone; `/` too, for PHP's delimiters. */
export const pattern = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')

/** The parts of a setting that is a list, `family, friends`. */
export const list = (text: string | undefined): string[] =>
  (text ?? '')
    .split(',')
    .map(part => part.trim())
    .filter(Boolean)
