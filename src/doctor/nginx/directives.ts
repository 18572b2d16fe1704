/** NGINX's language: words, quotes, blocks (its src/core/ngx_conf_file.c). Variables and includes are not resolved here. */

export interface Directive {
  readonly name: string
  readonly args: readonly string[]
  readonly file: string
  readonly line: number
  /** What stands in `{}`; undefined for a directive that ends with `;`. */
  readonly block?: readonly Directive[]
}

interface Word {
  /** `;`, `{` and `}` bare are marks. */
  readonly mark: boolean
  readonly text: string
  readonly line: number
}

/** One piece: white space, a comment, a quoted word, a bare word (with `${name}` in it), or a mark. */
const PIECE =
  /\s+|#[^\n]*|"((?:[^"\\]|\\[\s\S])*)"|'((?:[^'\\]|\\[\s\S])*)'|((?:\$\{[^}]*\}|\\[\s\S]|[^\s;{}"'\\])(?:\$\{[^}]*\}|\\[\s\S]|[^\s;{}\\])*)|([;{}])|[\s\S]/gy

function* words(text: string): Generator<Word> {
  let line = 1
  for (const [whole, double, single, bare, mark] of text.matchAll(PIECE)) {
    const found = double ?? single ?? bare
    if (found !== undefined) yield { mark: false, text: found.replaceAll(/\\(["'\\])/g, '$1'), line }
    else if (mark !== undefined) yield { mark: true, text: mark, line }
    for (const letter of whole) if (letter === '\n') line++
  }
}

/** Reads one file. What is not NGINX's language gives as much as can be understood; `nginx -t` is who judges it. */
export function readDirectives(file: string, text: string): readonly Directive[] {
  const top: Directive[] = []
  const open: Directive[][] = [top]
  let sentence: Word[] = []
  const finish = (block?: Directive[]): void => {
    const [name, ...args] = sentence
    sentence = []
    if (name === undefined) return
    const directive = { name: name.text, args: args.map(word => word.text), file, line: name.line }
    open.at(-1)?.push(block === undefined ? directive : { ...directive, block })
  }
  for (const word of words(text)) {
    if (!word.mark) sentence.push(word)
    else if (word.text === ';') finish()
    else if (word.text === '{') {
      const block: Directive[] = []
      finish(block)
      open.push(block)
    } else {
      finish()
      if (open.length > 1) open.pop()
    }
  }
  finish()
  return top
}
