import t from 'tap'
import { parse } from 'yaml'
import { exampleSheet, known } from '../../../src/catalog/sheet/example.ts'
import { readConfigAlone } from '../../../src/config/read.ts'

type Group = { [key: string]: unknown }
const isGroup = (value: unknown): value is Group =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What stands in both, with the keys and the list entries of the second behind those of the first. */
function merged(one: Group, other: Group): Group {
  const all: Group = { ...one }
  for (const [key, value] of Object.entries(other)) {
    const before = all[key]
    if (isGroup(before) && isGroup(value)) all[key] = merged(before, value)
    else if (Array.isArray(before) && Array.isArray(value)) all[key] = [...before, ...value]
    else all[key] = value
  }
  return all
}

const BASE: Group = { domain: 'example.com', portal: { users: 'users_database.yml' } }
/** Organizr's sheet frames it. */
const SHINOBI: Group = { apps: { shinobi: { kind: 'shinobi', upstream: 'http://127.0.0.1:8080' } } }

t.test('what a sheet puts into gatehouse.yml is right, alone and all of it together', async t => {
  for (const { kind, way } of known()) {
    const steps = exampleSheet(kind, way)?.steps ?? []
    const parts = steps.flatMap(({ file }) =>
      file?.path === 'gatehouse.yml' ? [parse(file.content) as Group] : [],
    )
    t.ok(parts.length > 0, `${kind} by ${way}: it begins with what to write into gatehouse.yml`)
    const [first = {}, ...rest] = parts
    const start = merged(merged(BASE, kind === 'organizr' ? SHINOBI : {}), first)
    for (const config of [start, ...rest.map(part => merged(start, part)), rest.reduce(merged, start)]) {
      const text = new TextEncoder().encode(JSON.stringify(config))
      const { faults, warnings } = readConfigAlone('/etc/gatehouse.yml', {
        cwd: '/etc',
        now: Date.now,
        readFile: () => text,
      })
      t.strictSame(
        [...faults, ...warnings].map(({ message }) => message),
        [],
        `${kind} by ${way}`,
      )
    }
  }
})
