import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { formatReading } from '../../src/config/format.ts'
import { machine } from '../../src/config/host.ts'
import { readConfig } from '../../src/config/read.ts'

const root = new URL('../golden/config/', import.meta.url)
const update = process.env.UPDATE_GOLDEN === '1'

/** What `gatehouse check` prints in the case's folder. */
function report(name: string): { text: string; ok: boolean } {
  const host = machine(new URL(name, root).pathname, Date.now)
  const reading = readConfig('gatehouse.yml', host)
  return { text: formatReading('gatehouse.yml', reading), ok: reading.config !== undefined }
}

/** Right, with a warning. */
const WARNED = [
  'listener-plain-on-the-network',
  'forward-auth-on-the-network',
  'rules-never-reached',
  'app-kind-headers',
]
const cases = readdirSync(root).filter(name => existsSync(new URL(`${name}/gatehouse.yml`, root)))

for (const name of cases) {
  t.test(name, async t => {
    const { text, ok } = report(name)
    const file = new URL(`${name}/expected.txt`, root)
    if (update) writeFileSync(file, text)
    t.equal(text, readFileSync(file, 'utf8'))
    const right = name.startsWith('right-') || WARNED.includes(name)
    t.equal(ok, right, 'only what is right gives a configuration')
    t.notMatch(text, /opensesame|hunter2/, 'no report shows a secret')
  })
}

t.test('there are enough faulty ones', async t => {
  t.ok(cases.filter(name => !name.startsWith('right-')).length >= 24)
})
