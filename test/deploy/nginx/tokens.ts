/** NGINX's configuration as its own reader takes it apart (ngx_conf_read_token), for tests. */

/** One directive: its words, and what stands in its braces. */
export interface Directive {
  readonly words: readonly string[]
  readonly inner?: readonly Directive[]
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '\\': '\\',
  t: '\t',
  r: '\r',
  n: '\n',
}

/** The words, and `;`, `{` and `}` as objects, so that a quoted one is no brace. */
function* tokens(text: string): Generator<string | { mark: string }> {
  for (let at = 0; at < text.length; ) {
    const char = text[at] ?? ''
    if (/\s/.test(char)) at++
    else if (char === '#') at = text.indexOf('\n', at) < 0 ? text.length : text.indexOf('\n', at)
    else if (';{}'.includes(char)) {
      at++
      yield { mark: char }
    } else {
      const quote = char === '"' || char === "'" ? char : undefined
      let word = ''
      if (quote !== undefined) at++
      for (; at < text.length; at++) {
        const each = text[at] ?? ''
        if (each === '\\' && (text[at + 1] ?? '') in ESCAPES) word += ESCAPES[text[++at] ?? '']
        else if (quote === undefined ? /[\s;{]/.test(each) : each === quote) break
        else word += each
      }
      if (quote !== undefined) {
        at++
        if (!/[\s;{)]/.test(text[at] ?? '')) throw new Error(`unexpected "${text[at]}" after a quote`)
      }
      yield word
    }
  }
}

/** @throws Error where NGINX would not read it */
export function directives(text: string): readonly Directive[] {
  const stack: { words: string[]; inner: Directive[] }[] = [{ words: [], inner: [] }]
  let words: string[] = []
  for (const token of tokens(text)) {
    const top = stack.at(-1)
    if (top === undefined) throw new Error('one } too many')
    if (typeof token === 'string') words.push(token)
    else if (token.mark === '{') {
      stack.push({ words, inner: [] })
      words = []
    } else if (token.mark === ';') {
      top.inner.push({ words })
      words = []
    } else {
      stack.pop()
      stack.at(-1)?.inner.push({ words: top.words, inner: top.inner })
    }
  }
  if (stack.length !== 1 || words.length > 0) throw new Error('it ends too early')
  return stack[0]?.inner ?? []
}

/** Every directive of that name, however deep: its words behind the name. */
export function all(list: readonly Directive[], name: string): string[][] {
  return list.flatMap(({ words, inner = [] }) => [
    ...(words[0] === name ? [words.slice(1)] : []),
    ...all(inner, name),
  ])
}
