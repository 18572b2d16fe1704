import { exampleFile } from './example.ts'
import { fullFile } from './full.ts'
import { jsonSchema } from './json-schema.ts'
import { markdown } from './markdown.ts'

/** Every file that is written from the schema, by its path in the repository. */
export function generatedFiles(): ReadonlyMap<string, string> {
  return new Map([
    ['config/gatehouse.schema.json', jsonSchema()],
    ['config/gatehouse.example.yml', exampleFile()],
    ['config/gatehouse.full.yml', fullFile()],
    ['docs/CONFIG.md', markdown()],
  ])
}
