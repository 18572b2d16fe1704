import { z } from 'zod'
import { METHODS } from '../../lib/http.ts'
import { nearest } from '../../lib/suggest.ts'
import { Refusal } from '../fault.ts'
import { quote } from '../redact.ts'
import { choice } from '../values/choice.ts'
import { network } from '../values/network.ts'
import { pattern } from '../values/pattern.ts'
import { oneOrMore, scalar } from '../values/scalar.ts'
import { subject } from '../values/subject.ts'

/**
 * Authelia's words for what a rule asks; other gateways' words are answered with ours. Never `bypass` for a
 * word that may mean the contrary, such as `no`.
 */
export const policy = choice(['bypass', 'one_factor', 'two_factor', 'deny'], {
  true: 'one_factor',
  yes: 'one_factor',
  public: 'bypass',
  open: 'bypass',
  '1fa': 'one_factor',
  '2fa': 'two_factor',
  '1': 'one_factor',
  '2': 'two_factor',
  login: 'one_factor',
  password: 'one_factor',
  totp: 'two_factor',
  block: 'deny',
  forbid: 'deny',
})

const method = scalar(
  input => {
    const written = typeof input === 'string' ? input : ''
    if (METHODS.includes(written)) return written
    const near =
      METHODS.find(known => known === written.toUpperCase()) ?? nearest(written.toUpperCase(), METHODS)
    const message =
      near === written.toUpperCase()
        ? `Methods are in capitals, and compared exactly (RFC 9110).`
        : `${quote(input)} is not a method of HTTP.`
    throw new Refusal(message, near ?? 'GET')
  },
  { type: 'string', pattern: '^[A-Z-]+$', 'x-type': 'HTTP method', 'x-example': 'GET' },
)

const key = scalar(
  input => {
    if (typeof input === 'string' && input !== '') return input
    throw new Refusal('The name of the query parameter is wanted here, as text.', 'token')
  },
  { type: 'string', 'x-type': 'text', 'x-example': 'token' },
)

const value = scalar(
  input => {
    if (typeof input === 'string') return input
    throw new Refusal(
      'Text is wanted here; put a number in quotes.',
      typeof input === 'object' ? undefined : `'${String(input)}'`,
    )
  },
  { type: 'string', 'x-type': 'text', 'x-example': 'open' },
)

const test = z.strictObject({
  key: key.describe('The parameter, as in `?key=value`.'),
  operator: choice(['present', 'absent', 'equal', 'not equal', 'pattern', 'not pattern'])
    .optional()
    .meta({ 'x-default': '`equal` with a value, else `present`' })
    .describe('How it is compared.'),
  value: value.optional().describe('With what; for `pattern` an RE2 pattern.'),
})

export const rule = z.strictObject({
  resources: oneOrMore(pattern)
    .optional()
    .meta({ 'x-example': ['^/public/'] })
    .describe(
      'Patterns (RE2), searched in the path and query; any of them. With `policy: bypass` in the path alone, from its start to its end or a slash: `/public` is `/public` and all below it.',
    ),
  query: z
    .array(z.array(test).nonempty())
    .nonempty()
    .optional()
    .meta({ 'x-type': 'list of lists of tests', 'x-example': [[{ key: 'token', operator: 'present' }]] })
    .describe("Tests of the address's parameters, a list of lists: any of them, of which all."),
  methods: oneOrMore(method)
    .optional()
    .meta({ 'x-example': ['GET', 'HEAD'] })
    .describe('HTTP methods, in capitals; any of them.'),
  networks: oneOrMore(network)
    .optional()
    .meta({ 'x-example': ['10.0.0.0/8'] })
    .describe("Where the visitor's address lies; any of them."),
  subject: subject
    .optional()
    .describe(
      'Who: `user:name` or `group:name`; in a list any of them, in a list within the list all of them.',
    ),
  policy: policy.meta({ 'x-example': 'one_factor' }).describe('What is asked where all of this holds.'),
})
