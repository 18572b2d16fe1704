import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { readAutheliaFile } from '../../src/config/authelia-file.ts'
import { machine } from '../../src/config/host.ts'
import { openHouse } from '../../src/deploy/house.ts'
import { planOf } from '../../src/deploy/plan.ts'
import { differences } from '../../src/deploy/tree/difference.ts'
import { standingIn } from '../../src/deploy/tree/standing.ts'
import type { PlannedFile } from '../../src/deploy/types.ts'
import { ROOT } from '../house/files.ts'
import { KEYS, merged, schemaFaults } from './authelia/schema.ts'
import { configIn } from './houses.ts'

const HOUSES = join(ROOT, 'test', 'golden', 'house')
const update = process.env.UPDATE_GOLDEN === '1'
const NOW = Date.UTC(2026, 10, 24)

const cases = readdirSync(HOUSES, { withFileTypes: true }).filter(entry => entry.isDirectory())

/** Every file of a house, planned as `gatehouse render` does. */
function planned(name: string): { config: ReturnType<typeof configIn>; files: readonly PlannedFile[] } {
  const folder = join(HOUSES, name)
  const config = configIn(folder, () => NOW)
  return {
    config,
    files: planOf(
      openHouse(
        config,
        machine(folder, () => NOW),
      ),
    ).files,
  }
}

/** A checkout keeps of a mode whether the file is run, and no more. */
const whole = (mode: number): number => ((mode & 0o100) === 0 ? 0o644 : 0o755)

function write(folder: string, files: readonly PlannedFile[]): void {
  rmSync(folder, { recursive: true, force: true })
  for (const { path, content, mode } of files) {
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
    chmodSync(file, mode)
  }
}

for (const { name } of cases) {
  t.test(name, async t => {
    const { config, files } = planned(name)
    const expected = join(HOUSES, name, 'expected')
    if (update) write(expected, files)
    const standing = new Map(
      [...standingIn(expected)].map(([path, file]) => [path, { ...file, mode: whole(file.mode) }]),
    )
    for (const { path, kind, text } of differences(standing, files)) t.fail(`${path} is ${kind}`, { text })

    for (const { path, content } of files) {
      t.ok(content.endsWith('\n') && !content.endsWith('\n\n'), `${path} ends with one line break`)
      t.notOk(content.includes(ROOT), `${path} names nothing of the machine that rendered it`)
      t.notMatch(content, /[ \t]$/m, `${path} has no spaces at the end of a line`)
      t.notMatch(content, /undefined|\[object|NaN/, `${path} is whole`)
    }

    const authelia = files.find(({ path }) => path === 'authelia/configuration.yml')
    t.equal(authelia === undefined, config.authelia === undefined, 'Authelia where there is one')
    if (authelia === undefined) return
    const keys = config.oidc_apps.length > 0 ? [KEYS] : []
    t.strictSame(schemaFaults(merged(authelia.content, ...keys)), [], "valid against Authelia's schema")
    t.strictSame(
      readAutheliaFile(authelia.content, '/x.yml').faults.filter(
        ({ message }) => !/reads its users/.test(message),
      ),
      [],
    )
  })
}

t.test('every house is there', async t => {
  t.ok(['one-camera', 'first-users', 'organisation'].every(name => cases.some(one => one.name === name)))
  const readme = readFileSync(join(HOUSES, 'README.md'), 'utf8')
  for (const { name } of cases) t.ok(readme.includes(`\`${name}\``), name)
})
