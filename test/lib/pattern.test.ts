import t from 'tap'
import { equalFold } from '../../src/lib/fold.ts'
import { pattern } from '../../src/lib/pattern.ts'

t.test('patterns are RE2’s, found anywhere', async t => {
  for (const [source, text, expected] of [
    ['b', 'abc', true],
    ['^b', 'abc', false],
    ['(?i)B', 'abc', true],
    ['a$', 'a\n', false],
    ['a.b', 'a\nb', false],
    ['^/(?P<User>\\w+)', '/alice', true],
    ['^/(?<User>\\w+)', '/alice', true],
    ['\\pL', 'ü', true],
    ['', '', true],
  ] as const) {
    t.equal(pattern(source).search(text), expected, `${source} in ${JSON.stringify(text)}`)
  }
})

t.test('what RE2 does not take is refused by name', async t => {
  for (const source of ['(?=x)', '(?<=x)y', '(a)\\1', 'a**', '[a', '(', 'a{1001}', '\\Z', '(?>a)']) {
    t.throws(() => pattern(source), { code: 'bad-pattern', source }, source)
  }
})

t.test('named groups', async t => {
  const home = pattern('^/home/(?P<User>[^/]+)(?:/(?P<Group>g))?')
  t.same([...home.groups], ['User', 'Group'])
  t.same(
    [...(home.capture('/home/alice') ?? [])],
    [
      ['User', 'alice'],
      ['Group', ''],
    ],
  )
  t.same(
    [...(home.capture('/home/alice/g') ?? [])],
    [
      ['User', 'alice'],
      ['Group', 'g'],
    ],
  )
  t.equal(home.capture('/x'), undefined)
})

t.test('leads: from the start, to the end or a slash', async t => {
  for (const [source, text, expected] of [
    ['/public', '/public', true],
    ['/public', '/public/x', true],
    ['/public', '/publicity', false],
    ['/public', '/x/public', false],
    ['^/public/', '/public/x', true],
    ['^/public/', '/public', false],
    ['^/public([/?].*)?$', '/public/x', true],
    ['\\.jpg$', '/a.jpg', false],
    ['.*\\.jpg', '/a.jpg', true],
    ['.*\\.jpg', '/a.jpg.html', false],
    ['/a|/ab', '/ab', true],
    ['/a(b/?)?', '/ab/c', true],
    ['(?m)^/public$', '/public\n/secret', false],
    ['(?m)^/public$', '/secret\n/public', false],
    ['/\\Qa.b', '/a.b', true],
    ['/\\Qa.b', '/axb', false],
    ['', '/secret', false],
    ['x*', '/secret', false],
    ['(/public)?', '/secret', false],
    ['^/', '/secret', true],
    ['', 'secret', false],
  ] as const) {
    t.equal(pattern(source).leads(text), expected, `${source} leads ${JSON.stringify(text)}`)
  }
})

t.test('letters are compared as Go’s strings.EqualFold compares them', async t => {
  for (const [a, b, expected] of [
    ['Alice', 'aLICE', true],
    ['alice', 'alicia', false],
    ['GRÖSSE', 'größe', false],
    ['GRÖẞE', 'größe', true],
    ['\u212a', 'k', true],
    ['ſ', 'S', true],
    ['ı', 'i', false],
    ['İ', 'i', false],
    ['σ', 'ς', true],
    ['a.c', 'aBc', false],
    ['ä.c', 'äbc', false],
    ['ü\\d', 'ü1', false],
    ['', '', true],
    ['ü', '', false],
  ] as const) {
    t.equal(equalFold(a, b), expected, `${a} ${b}`)
    t.equal(equalFold(b, a), expected, `${b} ${a}`)
  }
})
