/** Whether a users file is one that Authelia's own JSON Schema takes. */
import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { parse } from 'yaml'

const schema = new URL('../../golden/authelia/user-database.v4.39.schema.json', import.meta.url)
const ajv = new Ajv2020({ strict: false, allErrors: true, unicodeRegExp: false, formats: { uri: true } })
const validate = ajv.compile(JSON.parse(readFileSync(schema, 'utf8')) as object)

/** What is wrong with it; empty where nothing is. */
export function fitsSchema(text: string): string {
  return validate(parse(text)) ? '' : ajv.errorsText(validate.errors)
}
