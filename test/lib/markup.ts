/** A strict reader of the HTML that we write ourselves: what it does not expect, it refuses. */
import { safeHref } from '../../src/lib/html.ts'
import { css } from '../../src/lib/style.ts'

export interface Element {
  readonly tag: string
  readonly attributes: ReadonlyMap<string, string>
  /** From the outermost to the parent. */
  readonly within: readonly Element[]
  /** Of it and of all in it, decoded. */
  text: string
}

const VOID = new Set(['meta', 'input', 'br'])
/** SVG's own elements, which close themselves. */
const CLOSED = new Set(['path'])
const TAGS = new Set(
  'html head meta title style body header main footer svg path p strong br span bdi h1 h2 form div label input button a details summary dl dt dd ol ul li code pre'.split(
    ' ',
  ),
)
const ATTRIBUTES = new Set(
  'lang charset name content class viewBox aria-hidden focusable fill d role aria-label width height shape-rendering id for type autocomplete inputmode value autocapitalize spellcheck required aria-describedby aria-labelledby aria-invalid autofocus checked method action href target'.split(
    ' ',
  ),
)
const TOKEN = /<!doctype html>|<(\/?)([a-z][a-z0-9]*)((?:\s+[\w:-]+(?:="[^"<>]*")?)*)(\/?)>|[^<>]+/y

/** All elements of a page in their order. @throws where a tag, an attribute or the nesting is not of ours */
export function read(page: string): Element[] {
  const style = `<style>${css}</style>`
  if (page.split(style).length !== 2) throw new Error('not the one style')
  const text = page.replace(style, '')
  const elements: Element[] = []
  const open: Element[] = []
  for (let at = 0; at < text.length; ) {
    TOKEN.lastIndex = at
    const token = TOKEN.exec(text)
    if (token === null) throw new Error(`stray markup at ${JSON.stringify(text.slice(at, at + 60))}`)
    at = TOKEN.lastIndex
    const [all, slash, tag, attributes = '', selfClosed] = token
    if (tag === undefined) {
      if (!all.startsWith('<')) for (const element of open) element.text += decode(all)
    } else if (slash === '/') {
      if (open.pop()?.tag !== tag) throw new Error(`</${tag}> closes something else`)
    } else {
      if (!TAGS.has(tag)) throw new Error(`a tag that we never write: <${tag}>`)
      if ((selfClosed === '/') !== CLOSED.has(tag)) throw new Error(`<${tag}> and its slash`)
      const element = { tag, attributes: attributesOf(attributes), within: [...open], text: '' }
      elements.push(element)
      if (!VOID.has(tag) && !CLOSED.has(tag)) open.push(element)
    }
  }
  if (open.length > 0) throw new Error(`left open: ${open.map(element => element.tag)}`)
  return elements
}

function attributesOf(text: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const [, name = '', value = ''] of text.matchAll(/([\w:-]+)(?:="([^"]*)")?/g)) {
    if (!ATTRIBUTES.has(name)) throw new Error(`an attribute that we never write: ${name}`)
    if (found.has(name)) throw new Error(`twice: ${name}`)
    found.set(name, decode(value))
  }
  return found
}

const NAMED: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
  '#96': '`',
  amp: '&',
}

function decode(text: string): string {
  return text.replace(/&([^;\s]*);?/g, (all, name: string) => {
    const character = NAMED[name]
    if (character === undefined) throw new Error(`an ampersand that is not escaped: ${all}`)
    return character
  })
}

/** What is wrong with a page that every page must get right; empty for a sound one. */
export function faults(page: string): string[] {
  const all = read(page)
  const found: string[] = []
  const check = (good: boolean, fault: string) => good || found.push(fault)
  const of = (tag: string) => all.filter(element => element.tag === tag)
  check(page.startsWith('<!doctype html>\n<html lang="en">'), 'no doctype or language')
  for (const tag of ['title', 'h1', 'main', 'body']) check(of(tag).length === 1, `${of(tag).length} <${tag}>`)
  check(/\S/.test(of('h1')[0]?.text ?? ''), 'an empty h1')
  const levels = all.filter(element => /^h\d$/.test(element.tag)).map(element => Number(element.tag.slice(1)))
  check(
    levels.every((level, at) => level <= (levels[at - 1] ?? 0) + 1),
    'a level of headings is left out',
  )
  const ids = all.flatMap(element => element.attributes.get('id') ?? [])
  check(new Set(ids).size === ids.length, 'an id stands twice')
  for (const { tag, attributes, within, text } of all) {
    const get = (name: string) => attributes.get(name)
    for (const name of ['aria-describedby', 'aria-labelledby', 'for'])
      for (const id of get(name)?.split(' ') ?? []) check(ids.includes(id), `${name} names nobody: ${id}`)
    if (tag === 'input' && get('type') !== 'hidden') {
      const label = all.find(
        e => e.tag === 'label' && e.attributes.get('for') === get('id') && get('id') !== undefined,
      )
      check(label !== undefined || within.at(-1)?.tag === 'label', `no label: ${get('name')}`)
      check(get('type') === 'checkbox' || attributes.has('autocomplete'), `no autocomplete: ${get('name')}`)
    }
    if (tag === 'svg')
      check(
        get('aria-hidden') === 'true' || Boolean(get('role') === 'img' && get('aria-label')),
        'a silent svg',
      )
    if (tag === 'form')
      check(get('method') === 'post' && /^\/[a-z.]/.test(get('action') ?? ''), 'a form that goes elsewhere')
    if (tag === 'a')
      check(
        get('href') !== undefined && safeHref(get('href')) === get('href'),
        `an unsafe link: ${get('href')}`,
      )
    if (tag === 'a' || tag === 'button' || tag === 'summary')
      check(/\S/.test(text), `<${tag}> without a word`)
  }
  check(all.filter(element => element.attributes.has('autofocus')).length <= 1, 'the focus in two places')
  return found
}

/** What a hostile page has that the plain one lacks: faults, and more of any element. */
export function broken(hostile: string, plain: string): string[] {
  const before = count(plain)
  const more = [...count(hostile)].filter(([tag, times]) => times > (before.get(tag) ?? 0))
  return [...faults(hostile), ...more.map(([tag]) => `one more <${tag}>`)]
}

function count(page: string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { tag } of read(page)) counts.set(tag, (counts.get(tag) ?? 0) + 1)
  return counts
}

/** Text that tries to get out of an element, an attribute or an address. */
export const HOSTILE: readonly string[] = [
  '<script>alert(1)</script>',
  '"><script>alert(1)</script>',
  '" autofocus onfocus="alert(1)',
  "' onmouseover='alert(1)",
  '</title></style><img src=x onerror=alert(1)>',
  '</main><main>',
  '<strong>bold</strong>',
  '<!-- ',
  '--> ]]> <![CDATA[',
  '&lt;script&gt; &#x22; &quot &',
  '`alert(1)`',
  'javascript:alert(1)',
  ' javascript:alert(1)',
  'https://user:secret@evil.example/',
  '//evil.example/',
  '/\\evil.example/',
  'https://auth.example.com/"><script>alert(1)</script>',
  "/x'onclick='alert(1)",
  '/x"onclick="alert(1)"',
  'data:text/html,<script>alert(1)</script>',
  '\0\x1b[31m\u202etxt.exe\ud800',
  '$(id)`id`; id | id',
  '',
]
