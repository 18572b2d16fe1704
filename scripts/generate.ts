/** Writes the files that come from the configuration's schema. `test/config/generated.test.ts` compares. */
import { writeFileSync } from 'node:fs'
import { generatedFiles } from '../src/config/document/generated.ts'

for (const [path, text] of generatedFiles()) {
  writeFileSync(new URL(`../${path}`, import.meta.url), text)
  console.error(`wrote ${path}`)
}
