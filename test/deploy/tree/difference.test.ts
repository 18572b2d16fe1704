import t from 'tap'
import { colourful, differences } from '../../../src/deploy/tree/difference.ts'
import type { PlannedFile } from '../../../src/deploy/types.ts'

const planned = (path: string, content: string, mode = 0o644): PlannedFile => ({
  path,
  content,
  mode,
  about: `about ${path}`,
})
const standing = (entries: Record<string, [string, number]>) =>
  new Map(Object.entries(entries).map(([path, [content, mode]]) => [path, { content, mode }]))

t.test('nothing, where all is the same', async t => {
  t.strictSame(differences(standing({ a: ['x\n', 0o644] }), [planned('a', 'x\n')]), [])
})

t.test('new, changed, other mode, gone', async t => {
  const before = standing({
    changed: ['one\ntwo\n', 0o644],
    gone: ['secret words that need not be shown again\n', 0o644],
    run: ['#!/bin/sh\n', 0o644],
    same: ['same\n', 0o644],
  })
  const after = [
    planned('new', 'n\n'),
    planned('changed', 'one\nthree\n'),
    planned('run', '#!/bin/sh\n', 0o755),
    planned('same', 'same\n'),
  ]
  t.strictSame(differences(before, after), [
    {
      path: 'new',
      kind: 'new',
      about: 'about new',
      text: '--- /dev/null\n+++ then/new\n@@ -0,0 +1,1 @@\n+n\n',
    },
    {
      path: 'changed',
      kind: 'changed',
      about: 'about changed',
      text: '--- now/changed\n+++ then/changed\n@@ -1,2 +1,2 @@\n one\n-two\n+three\n',
    },
    { path: 'run', kind: 'changed', about: 'about run', text: 'run: mode 0644 becomes 0755\n' },
    { path: 'gone', kind: 'gone', text: 'gone is no longer rendered\n' },
  ])
})

t.test('colours for a terminal', async t => {
  t.equal(
    colourful('+++ then/a\n@@ x @@\n-b\n+c\n d\n'),
    '\u001b[1m+++ then/a\u001b[0m\n\u001b[36m@@ x @@\u001b[0m\n\u001b[31m-b\u001b[0m\n\u001b[32m+c\u001b[0m\n d\n',
  )
})
