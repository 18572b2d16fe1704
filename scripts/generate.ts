/**
 * Writes the files that come from the configuration's schema and from the catalogue.
 * `test/config/generated.test.ts` and `test/catalog/sheet/documents.test.ts` compare.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { appDocuments } from '../src/catalog/sheet/documents.ts'
import { generatedFiles } from '../src/config/document/generated.ts'

mkdirSync(new URL('../docs/apps/', import.meta.url), { recursive: true })
for (const [path, text] of [...generatedFiles(), ...appDocuments()]) {
  writeFileSync(new URL(`../${path}`, import.meta.url), text)
  console.error(`wrote ${path}`)
}
