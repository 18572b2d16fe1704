import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { differences } from '../../../src/deploy/tree/difference.ts'
import { standingIn } from '../../../src/deploy/tree/standing.ts'
import { MARKER, writeTree } from '../../../src/deploy/tree/write-tree.ts'
import type { PlannedFile } from '../../../src/deploy/types.ts'

const file = (path: string, content = `${path}\n`, mode = 0o644): PlannedFile => ({
  path,
  content,
  mode,
  about: '',
})
const FIRST = [file('a/one.conf'), file('a/b/two.conf'), file('install.sh', '#!/bin/sh\n', 0o755)]

t.test('what is written stands, modes and all, in a folder that was not there', async t => {
  const out = join(t.testdir(), 'deep', 'house')
  const umask = process.umask(0o077)
  t.teardown(() => process.umask(umask))
  t.strictSame(writeTree(out, FIRST), { written: 3, removed: 0 })
  t.strictSame(differences(standingIn(out), FIRST), [])
  t.equal(statSync(join(out, 'install.sh')).mode & 0o777, 0o755)
})

t.test('a later run replaces and removes its own files, and no others', async t => {
  const out = join(t.testdir(), 'house')
  writeTree(out, FIRST)
  writeFileSync(join(out, 'a', 'mine.txt'), 'mine')
  t.strictSame(writeTree(out, [file('a/one.conf', 'changed\n')]), { written: 1, removed: 2 })
  t.equal(readFileSync(join(out, 'a', 'one.conf'), 'utf8'), 'changed\n')
  t.notOk(existsSync(join(out, 'a', 'b')), 'a folder that became empty is gone')
  t.equal(readFileSync(join(out, 'a', 'mine.txt'), 'utf8'), 'mine')
})

t.test('a folder with other things is left as it was', async t => {
  const out = t.testdir({ 'holiday.jpg': 'x' })
  t.throws(() => writeTree(out, FIRST), { name: 'TreeError' })
  t.strictSame([...standingIn(out).keys()], ['holiday.jpg'])
})

t.test('a forged marker removes nothing elsewhere', async t => {
  const base = t.testdir({ 'precious.txt': 'x', out: {} })
  const out = join(base, 'out')
  writeTree(out, FIRST)
  const marker = join(out, MARKER)
  writeFileSync(marker, `${readFileSync(marker, 'utf8')}../precious.txt\n`)
  writeTree(out, FIRST)
  t.ok(existsSync(join(base, 'precious.txt')))
  writeFileSync(marker, 'something else\n../precious.txt\n')
  t.throws(() => writeTree(out, FIRST), { name: 'TreeError' }, 'a marker that is not ours is none')
})

t.test('a link in the tree leads nobody out of it', async t => {
  const base = t.testdir({ elsewhere: { 'one.conf': 'theirs\n' }, out: {} })
  const out = join(base, 'out')
  writeTree(out, [file('b.conf')])
  symlinkSync(join(base, 'elsewhere'), join(out, 'a'))
  t.throws(() => writeTree(out, FIRST), /leads elsewhere/)
  t.equal(readFileSync(join(base, 'elsewhere', 'one.conf'), 'utf8'), 'theirs\n')
  mkdirSync(join(base, 'x'))
  symlinkSync(join(base, 'elsewhere', 'one.conf'), join(base, 'x', 'link'))
  t.match(standingIn(join(base, 'x')).get('link')?.content, /^-> .*one\.conf\n$/, 'and none is followed')
})

t.test('what stands in a folder that is not there', async t => {
  t.equal(standingIn(join(t.testdir(), 'none')).size, 0)
})
