import { readFileSync } from 'node:fs'
import t from 'tap'
import { generatedFiles } from '../../src/config/document/generated.ts'
import { formatReading } from '../../src/config/format.ts'
import { readConfig } from '../../src/config/read.ts'

const root = new URL('../../', import.meta.url)

for (const [path, text] of generatedFiles()) {
  t.equal(readFileSync(new URL(path, root), 'utf8'), text, `${path} is what "npm run generate" writes`)
}

/** Reads a text as if it were the file; every other file is there and empty. */
function read(text: string): string {
  const readFile = (path: string): Uint8Array => Buffer.from(path === '/etc/gatehouse.yml' ? text : '')
  const host = { cwd: '/etc', readFile, now: () => 0 }
  return formatReading('gatehouse.yml', readConfig('gatehouse.yml', host))
}

const full = readFileSync(new URL('config/gatehouse.full.yml', root), 'utf8')
const fine = 'gatehouse.yml is fine: 1 app of example.com.\n'

t.equal(
  read(readFileSync(new URL('config/gatehouse.example.yml', root), 'utf8')),
  fine,
  'the smallest file is right',
)
t.equal(read(full), fine, 'the full file is right')

t.test('what is commented out in the full file is right as well', async t => {
  const [head = '', rest = ''] = full.split('\nauthelia:\n')
  const [, portal = ''] = rest.split(/\n# portal:\n/)
  const [block = '', ...after] = portal.split('\n\n')
  const swapped = `${head}\nportal:\n${block.replaceAll(/^# ?/gm, '')}\n\n${after.join('\n\n')}`
  t.match(swapped, /^ {2}users: users_database\.yml$/m, 'the portal is no comment any more')
  t.equal(read(swapped), fine, 'the portal')

  const lines = swapped.replace('    rules: []', '    rules:').split('\n')
  const rule = lines.map(line => (/^ {6}# {3,}/.test(line) ? line.replace('# ', '') : line)).join('\n')
  t.match(rule, /^ {8}- resources:/m, 'the rule is no comment any more')
  t.equal(read(rule), fine, 'a rule with every test')

  const optional = /^( +)# ((?:mode|group|unix|hosts|totp|trusted_proxies): .*)$/gm
  const more = rule.replaceAll(optional, '$1$2').replace(/- address: .*\n/, '- # no address\n')
  t.match(more, /^ {4}mode: '0660'$/m, 'the socket is no comment any more')
  t.equal(read(more), fine, 'optional keys')
})

t.test('the schema for editors names every key', async t => {
  const schema: unknown = JSON.parse(readFileSync(new URL('config/gatehouse.schema.json', root), 'utf8'))
  t.match(schema, {
    required: ['domain'],
    additionalProperties: false,
    properties: { apps: { additionalProperties: { required: ['upstream'], additionalProperties: false } } },
  })
  t.notMatch(JSON.stringify(schema), /"x-/, 'our own notes are left out')
})
