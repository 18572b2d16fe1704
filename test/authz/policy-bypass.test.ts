import t from 'tap'
import { compile } from '../../src/authz/policy.ts'
import { control, person, request } from './rules.ts'

const nobody = person('')

t.test('a bypass of the gateway’s own sees the path alone, from its start to its end or a slash', async t => {
  for (const [resource, target, expected] of [
    ['^/public/', '/public/x.css', true],
    ['^/public/', '/public/x.css?v=1', true],
    ['^/public/', '/x?/public/', false],
    ['^/public/', '/x%23/public/', false],
    ['/public', '/public', true],
    ['/public', '/public/x', true],
    ['/public', '/publicity', false],
    ['/public', '/secret/public', false],
    ['/public', '/secret?x=/public', false],
    ['/public', '/secret?/public', false],
    ['\\?open', '/secret?open', false],
    ['.*open$', '/secret?open', false],
    ['^/public([/?].*)?$', '/public?x', true],
    ['/public', '/public/../secret', false],
    ['/public', '/public/%2e%2e/secret', false],
    ['/public', '/x/%2e%2e/public', true],
    ['/favicon\\.ico', '/favicon.ico?x', true],
    ['/favicon\\.ico', '/favicon.icon', false],
    ['\\.jpg$', '/secret/a.jpg', false],
    ['.*\\.jpg', '/secret/a.jpg', true],
    ['.*\\.jpg', '/secret?a.jpg', false],
  ] as const) {
    const engine = compile(control([{ resources: [resource], policy: 'bypass' }], 'one_factor'), {
      bypassPathOnly: true,
    })
    t.equal(
      engine.judge(nobody, request(`GET a.test${target}`)).policy === 'bypass',
      expected,
      `${resource} ${target}`,
    )
  }
})

t.test('other policies keep Authelia’s meaning', async t => {
  const rules = control(
    [
      { resources: ['\\?admin'], policy: 'deny' },
      { resources: ['secret'], policy: 'two_factor' },
    ],
    'one_factor',
  )
  const engine = compile(rules, { bypassPathOnly: true })
  t.equal(engine.judge(nobody, request('GET a.test/x?admin')).policy, 'deny')
  t.equal(engine.judge(nobody, request('GET a.test/x/secrets')).policy, 'two_factor')
})

t.test('a query does not step around a rule into a bypass', async t => {
  const after = { resources: ['^/admin$'], policy: 'two_factor' } as const
  for (const rules of [
    control([after], 'bypass'),
    control([after, { resources: ['^/'], policy: 'bypass' }]),
  ]) {
    const engine = compile(rules, { bypassPathOnly: true })
    for (const query of ['', '?', '?x', '?/', '?%zz']) {
      const object = request(`GET a.test/admin${query}`)
      t.match(engine.judge(nobody, object), { policy: 'two_factor', position: 0 }, `/admin${query}`)
      t.equal(engine.trace(nobody, object)[0]?.matches, true, 'and why shows it')
      t.equal(engine.judge(nobody, request(`GET a.test/x${query}`)).policy, 'bypass', `/x${query}`)
    }
    t.equal(compile(rules).judge(nobody, request('GET a.test/admin?x')).policy, 'bypass', 'Authelia lets it')
  }
})

t.test('property: no query ever opens a bypass that the path alone does not', async t => {
  const resources = [
    '^/public/',
    '/public',
    '^/admin$',
    '\\.jpg$',
    '.*\\.jpg',
    'open',
    '\\?',
    '^/$',
    '[?]x=',
    '/a|/b',
    '(?i)^/PUB',
    '$',
    '^',
    '.*',
  ]
  const policies = ['bypass', 'bypass', 'one_factor', 'two_factor', 'deny'] as const
  const paths = [
    '/',
    '/public',
    '/public/x',
    '/admin',
    '/admin/',
    '/x.jpg',
    '/a',
    '/b/c',
    '/open',
    '//public',
    '/%70ublic',
    '/x%3f/public',
  ]
  const queries = [
    '?',
    '?x=1',
    '?/public',
    '?/public/x.jpg',
    '?open',
    '?&',
    '?%zz',
    '?..%2fpublic',
    '??',
    '?x=.jpg',
    '?\n',
  ]
  const random = generator(20261124)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  let opened = 0
  for (let round = 0; round < 400; round++) {
    const rules = Array.from({ length: 1 + Math.floor(random() * 3) }, () => ({
      resources: [pick(resources)],
      policy: pick(policies),
    }))
    const written = control(rules, pick(policies))
    const engine = compile(written, { bypassPathOnly: true })
    for (const path of paths) {
      if (engine.judge(nobody, request(`GET a.test${path}`)).policy === 'bypass') {
        opened++
        continue
      }
      for (const query of queries) {
        const { policy } = engine.judge(nobody, request(`GET a.test${path}${query}`))
        if (policy === 'bypass') t.fail(`${JSON.stringify(written)} opens ${path}${query}`)
      }
    }
  }
  t.ok(opened > 500 && opened < 4000, `the property was tried on both sides: ${opened} of 4800 open`)
})

/** Mulberry32: the same numbers in every run. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
