/** Pages as real files, which a person can open; the style, which changes more often, is left out of them. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { css } from '../../src/lib/style.ts'

/** The file's text, and the page as it would stand there. With GOLDEN=write the file is written first. */
export function golden(name: string, page: string): { readonly expected: string; readonly actual: string } {
  const file = fileURLToPath(new URL(`../golden/pages/${name}.html`, import.meta.url))
  const actual = page.replace(css, '/* src/lib/style.ts */')
  if (process.env.GOLDEN === 'write') {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, actual)
  }
  return { expected: readFileSync(file, 'utf8'), actual }
}
