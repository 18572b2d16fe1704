import type { ErrorCode } from 'yaml'

/** An error of the YAML parser with what stands around it. */
export interface Context {
  readonly code: ErrorCode
  /** The parser's own message; looked at where one code has several causes, never shown. */
  readonly message: string
  /** The line in which it was found, and the column (from 0). */
  readonly line: string
  readonly column: number
}

export interface Words {
  readonly message: string
  readonly hint?: string
  /** Where the caret belongs, if not where the parser stopped (a column from 0). */
  readonly column?: number
  readonly length?: number
  /** The mistake is on the line after. */
  readonly next?: boolean
}

const single = (value: string): string => `'${value.replaceAll("'", "''")}'`

function afterColon(line: string): string {
  return /:\s+(.*?)\s*(?:\s#.*)?$/.exec(line)?.[1] ?? line.trim()
}

function badIndent({ message, line }: Context): Words {
  if (message.startsWith('Flow')) {
    const [open, close] = message.includes('map') ? ['{', '}'] : ['[', ']']
    return {
      message: `A bracket "${open}" was opened above and is not closed before this line.`,
      hint: `a "${close}" where its list ends`,
    }
  }
  const column = line.length - line.trimStart().length
  return {
    message: 'This line is indented like none of the lines above it that it could belong to.',
    hint: 'as many spaces as its siblings have',
    column,
    length: Math.max(1, line.trim().length),
  }
}

function missing({ message, line, column }: Context): Words {
  if (message.includes('quote')) {
    return {
      message: `A quote is opened here and never closed.`,
      hint: message.includes('"')
        ? 'a closing " at the end of the value'
        : "a closing ' at the end of the value",
    }
  }
  if (message.includes('followed by map values')) {
    return noColon(line)
  }
  if (message.includes('flow sequence items') || message.includes('flow')) {
    const inside = message.includes('items') || message.includes('between')
    const hint = line.includes('[')
      ? `quotes around each entry: ['one', 'two']`
      : 'a comma between the entries'
    return {
      message: inside
        ? 'A comma is missing here, or an entry with [ ] { } of its own is missing its quotes.'
        : 'A space is missing after the colon.',
      hint,
      column,
    }
  }
  if (message.includes('Comments'))
    return {
      message: 'A comment needs a space before its "#".',
      hint: 'a space before #, or quotes around the value',
    }
  if (message.includes('- indicator'))
    return { message: 'This entry of a list is missing its "- ".', hint: `- ${line.trim()}` }
  return { message: 'Something is missing here.' }
}

function noColon(line: string): Words {
  const column = line.length - line.trimStart().length
  const written = line.trim()
  const glued = /^([\w-]+):(\S.*)$/.exec(written)
  if (glued !== null)
    return {
      message: 'A space is missing after the colon.',
      hint: `${glued[1]}: ${glued[2]}`,
      column,
      length: (glued[1]?.length ?? 0) + 1,
    }
  return {
    message: 'This line is neither "key: value" nor an entry of a list ("- ").',
    hint: `${/^[\w-]+$/.test(written) ? written : 'key'}:`,
    column,
    length: written.length,
  }
}

function startOfScalar({ line, column }: Context): Words {
  const sign = line[column] ?? ''
  const rest = /^[^,\]}#\s]*/.exec(line.slice(column))?.[0] ?? sign
  return {
    message: `A value cannot start with "${sign}" unless it stands in quotes.`,
    hint: single(rest.replace(/^`(.*)`$/, '$1')),
    length: rest.length,
  }
}

function nested({ line, column }: Context): Words {
  const value = afterColon(line)
  if (/:\s/.test(value) || value.endsWith(':')) {
    return {
      message:
        'A colon with a space behind it starts a key, and here is one already. Put the value in quotes.',
      hint: single(value),
      column,
      length: Math.max(1, value.length),
    }
  }
  return {
    message: 'This line is indented as if it belonged to the value of the line above.',
    hint: 'as many spaces as its siblings above have',
    next: true,
  }
}

/** Every error code of the parser in words; those that are not here have the parser's cause in general. */
export const syntaxWords: Partial<Record<ErrorCode, (context: Context) => Words>> = {
  TAB_AS_INDENT: () => ({
    message: 'A tab indents this line, and YAML takes spaces only.',
    hint: 'two spaces for each step',
  }),
  BAD_SCALAR_START: startOfScalar,
  BAD_INDENT: badIndent,
  MISSING_CHAR: missing,
  BLOCK_AS_IMPLICIT_KEY: nested,
  MULTILINE_IMPLICIT_KEY: context =>
    /:\s/.test(context.line.slice(0, context.column)) ? nested(context) : noColon(context.line),
  DUPLICATE_KEY: () => ({
    message: 'This key stands here a second time, so that one of the two would be ignored.',
    hint: 'one of them, with all that belongs to it',
  }),
  BAD_DQ_ESCAPE: () => ({
    message: 'In double quotes a backslash starts an escape, and this one does not exist.',
    hint: `single quotes: '^/file\\.txt$'`,
  }),
  MULTIPLE_DOCS: () => ({
    message: '"---" starts a second document, and only one is read.',
    hint: 'one document: take this line out',
  }),
  BAD_DIRECTIVE: () => ({ message: 'Directives ("%") are not read.', hint: 'the file without this line' }),
  BLOCK_IN_FLOW: () => ({
    message: 'Inside { } and [ ] nothing is written by indentation.',
    hint: 'the closing bracket first, or a comma',
  }),
  TAG_RESOLVE_FAILED: () => ({
    message: 'Tags ("!") are not read: nothing in this file is ever run or converted.',
    hint: 'the plain value, in quotes if it starts with "!"',
  }),
  RESOURCE_EXHAUSTION: () => ({ message: 'The brackets here are nested too deeply.', hint: 'a few levels' }),
  KEY_OVER_1024_CHARS: () => ({
    message: 'This key is longer than a key can be; a colon may be missing further up.',
  }),
  UNEXPECTED_TOKEN: ({ line, column }) => {
    if (/['"]/.test(line.slice(0, column))) {
      return {
        message: 'The quoted value ends before this; a quote within single quotes is written twice.',
        hint: `'it''s'`,
      }
    }
    const sign = /^[\]}]/.exec(line.slice(column))?.[0]
    if (sign !== undefined)
      return {
        message: `This "${sign}" closes nothing.`,
        hint: `the line without it, or with the ${sign === ']' ? '[' : '{'} that is missing`,
      }
    if (line[column] === '-')
      return {
        message: 'A list that is written with "-" starts on a line of its own.',
        hint: 'the "- " on the next line, indented',
      }
    return { message: 'This does not belong here.', hint: 'quotes around the whole value' }
  },
}
