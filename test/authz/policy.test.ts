import t from 'tap'
import { compile } from '../../src/authz/policy.ts'
import type { AccessRule } from '../../src/types.ts'
import { control, person, request } from './rules.ts'

/** Rule, who, request, whether it matches. */
const matchers: readonly (readonly [Partial<AccessRule>, string, string, boolean])[] = [
  [{ domains: ['a.test'] }, '', 'GET a.test/', true],
  [{ domains: ['A.Test'] }, '', 'GET a.test/', true],
  [{ domains: ['a.test'] }, '', 'GET x.a.test/', false],
  [{ domains: ['b.test', 'a.test'] }, '', 'GET a.test/', true],
  [{ domains: ['*.a.test'] }, '', 'GET x.y.a.test/', true],
  [{ domains: ['*.a.test'] }, '', 'GET a.test/', false],
  [{ domains: ['*.a.test'] }, '', 'GET xa.test/', false],
  [{ domains: ['{user}.a.test'] }, 'alice', 'GET alice.a.test/', true],
  [{ domains: ['{user}.a.test'] }, 'bob', 'GET alice.a.test/', false],
  [{ domains: ['{user}.a.test'] }, 'Alice', 'GET alice.a.test/', false],
  [{ domains: ['{user}.a.test'] }, '', 'GET alice.a.test/', true],
  [{ domains: ['{user}.a.test'] }, '', 'GET .a.test/', false],
  [{ domains: ['{user}.a.test'] }, '', 'GET alice.b.test/', false],
  [{ domains: ['{group}.a.test'] }, 'alice staff', 'GET staff.a.test/', true],
  [{ domains: ['{group}.a.test'] }, 'alice STAFF', 'GET staff.a.test/', true],
  [{ domains: ['{group}.a.test'] }, 'alice users', 'GET staff.a.test/', false],
  [{ domains: ['{group}.a.test'] }, 'alice staff', 'GET localhost/', false],
  [{ domains: ['{group}.a.test'] }, '', 'GET staff.a.test/', true],
  [{ domainPatterns: ['^(a|b)\\.test$'] }, '', 'GET b.test/', true],
  [{ domainPatterns: ['^(a|b)\\.test$'] }, '', 'GET c.test/', false],
  [{ domainPatterns: ['^(?P<User>\\w+)\\.test$'] }, 'Alice', 'GET alice.test/', true],
  [{ domainPatterns: ['^(?P<User>\\w+)\\.test$'] }, 'bob', 'GET alice.test/', false],
  [{ domainPatterns: ['^(?P<Group>\\w+)\\.test$'] }, 'bob Staff', 'GET staff.test/', true],
  [{ domainPatterns: ['^(?P<User>\\w+)\\.test$'] }, '', 'GET alice.test/', true],
  [{ domains: ['b.test'], domainPatterns: ['^a'] }, '', 'GET a.test/', true],
  [{ resources: ['^/x$'] }, '', 'GET a.test/x', true],
  [{ resources: ['^/x$'] }, '', 'GET a.test/x?y', false],
  [{ resources: ['^/x\\?y$'] }, '', 'GET a.test/x?y', true],
  [{ resources: ['^/x$'] }, '', 'GET a.test/x?', true],
  [{ resources: ['^/x$'] }, '', 'GET a.test/a/..//%78', true],
  [{ resources: ['^/nope', '^/x'] }, '', 'GET a.test/x', true],
  [{ resources: ['^/home/(?P<User>[^/]+)'] }, 'alice', 'GET a.test/home/ALICE/x', true],
  [{ resources: ['^/home/(?P<User>[^/]+)'] }, 'bob', 'GET a.test/home/alice/x', false],
  [{ resources: ['^/g/(?P<Group>[^/]+)'] }, 'bob staff', 'GET a.test/g/staff', true],
  [{ resources: ['^/home/(?P<User>[^/]+)'] }, '', 'GET a.test/home/alice/x', true],
  [{ resources: ['^/(?P<User>x)?'] }, 'alice', 'GET a.test/', false],
  [{ methods: ['GET', 'HEAD'] }, '', 'HEAD a.test/', true],
  [{ methods: ['get'] }, '', 'GET a.test/', true],
  [{ methods: ['GET'] }, '', 'get a.test/', false],
  [{ methods: ['GET'] }, '', 'POST a.test/', false],
  [{ networks: ['203.0.113.0/24'] }, '', 'GET a.test/', true],
  [{ networks: ['10.0.0.0/8', '::1'] }, '', 'GET a.test/', false],
  [{ subjects: [['user:alice']] }, 'alice', 'GET a.test/', true],
  [{ subjects: [['user: alice ']] }, 'alice', 'GET a.test/', true],
  [{ subjects: [['user:alice']] }, 'Alice', 'GET a.test/', false],
  [{ subjects: [['group:staff', 'group:users']] }, 'alice users,staff', 'GET a.test/', true],
  [{ subjects: [['group:staff', 'group:users']] }, 'alice users', 'GET a.test/', false],
  [{ subjects: [['group:staff'], ['user:alice']] }, 'alice users', 'GET a.test/', true],
  [{ subjects: [['user:alice']] }, '', 'GET a.test/', true],
  [{ subjects: [['oauth2:client:app']] }, 'alice', 'GET a.test/', false],
  [{ domains: ['a.test'], methods: ['GET'], resources: ['^/x'] }, '', 'GET a.test/y', false],
]

t.test('each matcher', async t => {
  for (const [rule, who, text, expected] of matchers) {
    const engine = compile(control([rule]))
    t.equal(
      engine.judge(person(who), request(text)).position === 0,
      expected,
      `${JSON.stringify(rule)} ${who} ${text}`,
    )
  }
})

t.test('query tests', async t => {
  const on = (
    operator: 'equal' | 'not equal' | 'pattern' | 'not pattern' | 'present' | 'absent',
    value?: string,
  ) => [[{ key: 'k', operator, ...(value === undefined ? {} : { value }) }]]
  for (const [query, text, expected] of [
    [on('present'), '?k', true],
    [on('present'), '?k=', true],
    [on('present'), '?%6b=1', true],
    [on('present'), '?K=1', false],
    [on('present'), '?k;=1', false],
    [on('present'), '?k=%zz', false],
    [on('present'), '', false],
    [on('absent'), '', true],
    [on('absent'), '?k', false],
    [on('absent'), '?a=1;k=1', true],
    [on('equal', 'a b'), '?k=a+b', true],
    [on('equal', 'a b'), '?k=a%20b', true],
    [on('equal', 'a+b'), '?k=a%2Bb', true],
    [on('equal', 'a=b'), '?k=a=b', true],
    [on('equal', '1'), '?k=1&k=2', true],
    [on('equal', '1'), '?k=2&k=1', false],
    [on('equal', '1'), '?k=%zz&k=1', true],
    [on('equal', ''), '?x', true],
    [on('equal', 'ü'), '?k=%C3%BC', true],
    [on('not equal', '1'), '?k=2', true],
    [on('not equal', '1'), '?x', true],
    [on('not equal', '1'), '?k=1', false],
    [on('pattern', '^[0-9]+$'), '?k=12', true],
    [on('pattern', '^[0-9]+$'), '?k=1x', false],
    [on('pattern', '^$'), '', true],
    [on('not pattern', '^[0-9]+$'), '?k=x', true],
    [on('not pattern', '^[0-9]+$'), '?k=1', false],
    [[...on('equal', '1'), ...on('equal', '2')], '?k=2', true],
    [[[...on('present').flat(), { key: 'j', operator: 'present' as const }]], '?k', false],
    [[[...on('present').flat(), { key: 'j', operator: 'present' as const }]], '?k&j', true],
  ] as const) {
    const engine = compile(control([{ query }]))
    t.equal(
      engine.judge(person(''), request(`GET a.test/${text}`)).position === 0,
      expected,
      `${JSON.stringify(query)} ${text}`,
    )
  }
})

t.test('the first match wins, and says where it stands', async t => {
  const engine = compile(
    control(
      [{ domains: ['a.test'], policy: 'bypass' }, { subjects: [['user:bob']], policy: 'deny' }, {}],
      'two_factor',
    ),
  )
  t.same(engine.judge(person(''), request('GET a.test/')), {
    policy: 'bypass',
    label: 'rules[0]',
    position: 0,
    bySubject: false,
  })
  t.same(engine.judge(person('bob'), request('GET b.test/')), {
    policy: 'deny',
    label: 'rules[1]',
    position: 1,
    bySubject: true,
  })
  t.same(engine.judge(person('eve'), request('GET b.test/')), {
    policy: 'one_factor',
    label: 'rules[2]',
    position: 2,
    bySubject: false,
  })
  const none = compile(control([], 'two_factor'))
  t.equal(
    none.judge(person(''), request('GET a.test/%zz')),
    none.judge(person('bob'), request('GET b.test/')),
    'constant',
  )
  t.match(none, { looksAtPath: false, looksAtClient: false, looksAtSubject: false })
})

t.test('what an engine looks at', async t => {
  const looks = (rule: Partial<AccessRule>) => compile(control([rule]))
  t.equal(looks({ resources: ['x'] }).looksAtPath, true)
  t.equal(looks({ query: [[{ key: 'k', operator: 'present' }]] }).looksAtPath, true)
  t.equal(looks({ methods: ['GET'] }).looksAtPath, false)
  t.equal(looks({ networks: ['::1'] }).looksAtClient, true)
  for (const rule of [
    { subjects: [['user:a']] },
    { domains: ['{user}.x'] },
    { domainPatterns: ['(?P<Group>x)'] },
    { resources: ['(?P<User>x)'] },
  ]) {
    t.equal(looks(rule).looksAtSubject, true, JSON.stringify(rule))
  }
})

t.test('a malformed path opens nothing where a rule looks at it', async t => {
  const engine = compile(
    control([{ domains: ['a.test'], resources: ['^/x'] }, { policy: 'bypass' }], 'bypass'),
  )
  for (const [path, query] of [
    ['/%zz', ''],
    ['/%', ''],
    ['/x%2', ''],
    ['/x\u0001', ''],
    ['/x', '?\n'],
    ['x', ''],
  ] as const) {
    const object = { method: 'GET', host: 'a.test', path, query }
    t.match(
      engine.judge(person('alice'), object),
      { policy: 'deny', position: -1 },
      JSON.stringify(path + query),
    )
  }
  t.equal(engine.judge(person('alice'), request('GET b.test/%zz')).policy, 'bypass')
})

t.test('what is wrong is named with its rule', async t => {
  for (const [rule, code] of [
    [{ resources: ['('] }, 'bad-pattern'],
    [{ domainPatterns: ['(?=x)'] }, 'bad-pattern'],
    [{ query: [[{ key: 'k', operator: 'pattern', value: '[' }]] }, 'bad-pattern'],
    [{ query: [[{ key: 'k', operator: 'equal' }]] }, 'bad-query'],
    [{ networks: ['lan'] }, 'bad-network'],
    [{ subjects: [['alice']] }, 'bad-subject'],
    [{ subjects: [[]] }, 'bad-subject'],
  ] as const) {
    t.throws(
      () => compile(control([{}, rule as Partial<AccessRule>])),
      { code, label: 'rules[1]', message: /^rules\[1\]: / },
      code,
    )
  }
})
