import t from 'tap'
import { looksAtNothingElse, looksAtPath } from '../../src/authz/policy-scope.ts'
import { control } from './rules.ts'

t.test('whether the rules for a host look at the path', async t => {
  const path = { resources: ['^/x'] }
  const query = { query: [[{ key: 'k', operator: 'present' as const }]] }
  for (const [rules, hosts, expected] of [
    [[], ['a.test'], false],
    [
      [{ domains: ['a.test'], methods: ['GET'], networks: ['::1'], subjects: [['user:a']] }],
      ['a.test'],
      false,
    ],
    [[{ domains: ['a.test'], ...path }], ['a.test'], true],
    [[{ domains: ['a.test'], ...query }], ['a.test'], true],
    [[{ domains: ['a.test'], ...path }], ['b.test'], false],
    [[{ domains: ['a.test'], ...path }], ['b.test', 'a.test'], true],
    [[{ domains: ['*.test'], ...path }], ['a.test'], true],
    [[{ domains: ['{user}.test'], ...path }], ['a.test'], true],
    [[{ domains: ['{group}.test'], ...path }], ['a.test'], true],
    [[{ domainPatterns: ['^(?P<User>a)'], ...path }], ['a.test'], true],
    [[{ domainPatterns: ['^b'], ...path }], ['a.test'], false],
    [[{ domains: ['a.test'] }, { domains: ['*.test'], ...path }], ['a.test'], false],
    [
      [
        { domains: ['a.test'], methods: ['GET'] },
        { domains: ['*.test'], ...path },
      ],
      ['a.test'],
      true,
    ],
    [
      [
        { domains: ['a.test'], networks: ['::1'] },
        { domains: ['*.test'], ...path },
      ],
      ['a.test'],
      true,
    ],
    [
      [
        { domains: ['a.test'], subjects: [['user:a']] },
        { domains: ['*.test'], ...path },
      ],
      ['a.test'],
      true,
    ],
    [[{ domains: ['{user}.test'] }, { domains: ['*.test'], ...path }], ['a.test'], true],
    [[{}, path], ['a.test'], false],
  ] as const) {
    t.equal(looksAtPath(control(rules), hosts), expected, `${JSON.stringify(rules)} ${hosts}`)
    t.equal(looksAtNothingElse(control(rules), hosts), !expected)
  }
})
