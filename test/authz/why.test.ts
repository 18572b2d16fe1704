import t from 'tap'
import { compile } from '../../src/authz/policy.ts'
import { readTarget, why } from '../../src/authz/why.ts'
import { whyText } from '../../src/authz/why-text.ts'
import { control, person, request } from './rules.ts'

const own = compile(
  control([{ resources: ['^/public/'], policy: 'bypass', label: 'apps.cams.rules[0]' }], 'one_factor'),
  {
    bypassPathOnly: true,
  },
)
const authelia = compile(
  control([
    { domains: ['other.test'], policy: 'deny' },
    { domains: ['cams.test'], subjects: [['group:admins']], policy: 'two_factor' },
    { domains: ['cams.test'], methods: ['GET'], policy: 'one_factor' },
  ]),
)
const authorities = [
  { name: 'gatehouse.yml', engine: own },
  { name: 'Authelia', engine: authelia },
]

t.test('what happens at each level: the stricter authority decides', async t => {
  for (const [who, text, expected] of [
    ['', 'GET cams.test/', 'login Authelia rules[1]'],
    [
      'alice admins',
      'GET cams.test/',
      'login Authelia rules[1]; login Authelia rules[1]; allow Authelia rules[1]',
    ],
    [
      'bob users',
      'GET cams.test/',
      'login Authelia rules[1]; allow gatehouse.yml the fallback; allow gatehouse.yml the fallback',
    ],
    [
      'bob users',
      'POST cams.test/',
      'login Authelia rules[1]; deny Authelia the fallback; deny Authelia the fallback',
    ],
    [
      'bob users',
      'GET cams.test/public/',
      'login Authelia rules[1]; allow Authelia rules[2]; allow Authelia rules[2]',
    ],
    [
      'bob users',
      'GET other.test/',
      'deny Authelia rules[0]; deny Authelia rules[0]; deny Authelia rules[0]',
    ],
  ] as const) {
    const { steps } = why({ authorities, subject: person(who), object: request(text) })
    t.equal(
      steps.map(one => `${one.outcome} ${one.authority} ${one.label}`).join('; '),
      expected,
      `${who} ${text}`,
    )
  }
})

t.test('the rules up to the one that decides, and which part of each matched', async t => {
  const { findings } = why({ authorities, subject: person('bob users'), object: request('GET cams.test/x') })
  t.same(
    findings.map(one => [one.authority, one.policy, one.label, one.anonymous.label]),
    [
      ['gatehouse.yml', 'one_factor', 'the fallback', 'the fallback'],
      ['Authelia', 'one_factor', 'rules[2]', 'rules[1]'],
    ],
  )
  t.same(
    findings[1]?.rules.map(rule => [
      rule.label,
      rule.matches,
      rule.parts.domain,
      rule.parts.methods,
      rule.parts.subject,
    ]),
    [
      ['rules[0]', false, 'miss', 'any', 'any'],
      ['rules[1]', false, 'hit', 'any', 'miss'],
      ['rules[2]', true, 'hit', 'hit', 'any'],
    ],
  )
  const before = why({ authorities, subject: person(''), object: request('GET cams.test/x') })
  t.equal(before.findings[1]?.rules[1]?.parts.subject, 'may')
  t.throws(() => why({ authorities: [], subject: person(''), object: request('GET a.test/') }), RangeError)
})

t.test('in words', async t => {
  const text = whyText(
    why({
      authorities,
      subject: person('bob users', '10.0.0.5'),
      object: request('GET cams.test/x'),
      app: 'cams',
    }),
  )
  t.equal(
    text,
    `bob (users) asks for GET https://cams.test/x from 10.0.0.5
app: cams

gatehouse.yml: one_factor, by the fallback
  apps.cams.rules[0] bypass: no (path)

Authelia: one_factor, by rules[2]
  before the login: two_factor, by rules[1]
  rules for other hosts: 1
  rules[1] two_factor: no (user and groups)
  rules[2] one_factor: matches (host, method)

not logged in     sent to the login page (Authelia, rules[1])
with a password   opened (gatehouse.yml, the fallback)
with both factors opened (gatehouse.yml, the fallback)
`,
  )
  const nobody = whyText(why({ authorities, subject: person('', ''), object: request('GET cams.test/') }))
  t.match(nobody, 'somebody who is not logged in asks for GET https://cams.test/\n')
  t.match(nobody, 'rules[1] two_factor: may match, once it is known who it is\n')
  t.match(
    whyText(why({ authorities, subject: person('alice admins'), object: request('GET cams.test/') })),
    'with a password   asked for the second factor (',
  )
  t.match(
    whyText(why({ authorities, subject: person('bob'), object: request('POST cams.test/') })),
    'with a password   403, refused (',
  )
})

t.test('a terminal gets no control characters', async t => {
  const object = { method: 'GET', host: 'a.test', path: '/\u001b[2J', query: '?\u009b' }
  t.notMatch(
    whyText(why({ authorities, subject: { user: 'a\u0007b', groups: [], client: '' }, object })),
    /[\0-\x09\x0b-\x1f\x7f-\x9f]/,
  )
})

t.test('what a person types is read as the gateway would see it', async t => {
  for (const [url, host, path, query] of [
    ['https://Cams.Test/x?y#z', 'cams.test', '/x', '?y'],
    ['cams.test', 'cams.test', '/', ''],
    ['https://cams.test?x', 'cams.test', '/', '?x'],
    ['https://cams.test:8443/a/../b/%2e%2e', 'cams.test', '/a/../b/%2e%2e', ''],
    ['wss://cams.test./ws', 'cams.test', '/ws', ''],
    ['https://cams.test/ü', 'cams.test', '/\u00c3\u00bc', ''],
    ['cams.test:8443//x', 'cams.test', '//x', ''],
  ] as const) {
    t.same(readTarget(url, 'PUT'), { method: 'PUT', host, path, query }, url)
  }
  for (const url of [
    '',
    'http://cams.test/',
    'https://bob@cams.test/',
    'https:///x',
    'ftp://a',
    '/x',
    'a b',
    'https://[::1]/',
    'https://a:b/',
  ]) {
    t.equal(readTarget(url), undefined, url)
  }
})
