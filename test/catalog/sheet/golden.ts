import { readFileSync, writeFileSync } from 'node:fs'
import type { Test } from 'tap'
import { css } from '../../../src/lib/style.ts'

const root = new URL('../../golden/sheets/', import.meta.url)

/** Compares with the real file of that name; the style sheet and its hash are left out. */
export function golden(t: Test, name: string, text: string): void {
  const actual = text.replace(css, '/* src/lib/style.ts */').replace(/sha256-[\w+/=]{44}/, 'sha256-…')
  const file = new URL(name, root)
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, actual)
  t.equal(actual, readFileSync(file, 'utf8'), name)
}

/** Every tag of a page with its attributes. */
export const markup = (page: string): string[] =>
  [...page.replace(css, '').matchAll(/<\/?[a-z][^>]*>/g)].map(([tag]) => tag)
