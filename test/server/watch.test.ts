import {
  mkdirSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { foldersOf, watchFiles } from '../../src/server/watch.ts'
import { silent } from './stand-in.ts'

/** Makes every change in turn and waits for each to be noticed. */
async function notices(t: Test, files: string[], changes: [string, () => void, string[]][]) {
  let heard = (_paths: readonly string[]) => {}
  const watching = watchFiles(paths => heard(paths), silent)
  // Watching alone keeps no process running.
  const awake = setInterval(() => {}, 1_000)
  t.teardown(() => {
    clearInterval(awake)
    watching.close()
  })
  watching.files(files)
  for (const [name, change, expected] of changes) {
    const next = new Promise<readonly string[]>(resolve => {
      heard = resolve
    })
    change()
    t.strictSame(await next, expected, name)
  }
}

t.test('a file in a folder', async t => {
  const folder = t.testdir({ a: '1', b: '1', sub: {} })
  const [a, b] = [join(folder, 'a'), join(folder, 'b')]
  const replace = (path: string, text: string) => {
    writeFileSync(`${path}.new`, text)
    renameSync(`${path}.new`, path)
  }
  await notices(
    t,
    [a, b],
    [
      ['written in place', () => writeFileSync(a, '22'), [a]],
      ['renamed over', () => replace(a, '333'), [a]],
      ['renamed over again', () => replace(a, '444'), [a]],
      ['gone', () => unlinkSync(a), [a]],
      ['back', () => writeFileSync(a, '5'), [a]],
      ['touched', () => utimesSync(b, new Date(0), new Date(0)), [b]],
      [
        'two at once, and one that is not watched',
        () => {
          replace(a, '6')
          replace(b, '6')
          writeFileSync(join(folder, 'c'), '')
        },
        [a, b],
      ],
    ],
  )
})

t.test('Kubernetes: the file is a link through ..data, which is turned', async t => {
  const folder = t.testdir({
    '..1': { 'gatehouse.yml': '1' },
    '..2': { 'gatehouse.yml': '2' },
    '..3': { 'gatehouse.yml': '3' },
  })
  const file = join(folder, 'gatehouse.yml')
  const turn = (to: string) => {
    symlinkSync(to, join(folder, '..data_tmp'))
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'))
  }
  turn('..1')
  symlinkSync('..data/gatehouse.yml', file)
  await notices(
    t,
    [file],
    [
      ['turned', () => turn('..2'), [file]],
      ['turned again', () => turn('..3'), [file]],
      [
        'what it leads to now is written',
        () => writeFileSync(join(folder, '..3', 'gatehouse.yml'), '33'),
        [file],
      ],
    ],
  )
  t.equal(readlinkSync(join(folder, '..data')), '..3')
})

t.test('a folder on the way is a link, elsewhere', async t => {
  const folder = t.testdir({ releases: { one: { x: '1' }, two: { x: '2' } } })
  const current = join(folder, 'current')
  symlinkSync(join(folder, 'releases', 'one'), current)
  const file = join(current, 'x')
  await notices(
    t,
    [file],
    [
      [
        'turned',
        () => {
          symlinkSync(join(folder, 'releases', 'two'), `${current}.new`)
          renameSync(`${current}.new`, current)
        },
        [file],
      ],
      ['written there', () => writeFileSync(join(folder, 'releases', 'two', 'x'), '22'), [file]],
    ],
  )
})

t.test('a file whose folder does not exist yet', async t => {
  const folder = t.testdir({})
  const file = join(folder, 'later', 'x')
  await notices(
    t,
    [file],
    [
      [
        'made',
        () => {
          mkdirSync(join(folder, 'later'))
          writeFileSync(file, '1')
        },
        [file],
      ],
      ['written', () => writeFileSync(file, '22'), [file]],
    ],
  )
})

t.test('foldersOf ends where links lead in a circle', async t => {
  const folder = t.testdir({})
  symlinkSync('b', join(folder, 'a'))
  symlinkSync('a', join(folder, 'b'))
  t.strictSame(foldersOf(join(folder, 'a', 'x')), [folder])
})
