import t from 'tap'
import { readAutheliaFile } from '../../src/config/authelia-file.ts'

const backend = 'authentication_backend: { file: { path: users.yml } }\n'
const session = 'session: { cookies: [{ domain: example.com, authelia_url: https://auth.example.com }] }\n'
const rule = (text: string): string => `${backend}${session}access_control: { rules: [{ ${text} }] }\n`
const cookie = (text: string): string =>
  `${backend}access_control: { default_policy: one_factor }\nsession: { cookies: [{ ${text} }] }\n`
const more = (text: string): string =>
  `${backend}${session}access_control: { default_policy: one_factor }\n${text}\n`

/** File, the text that the fault points at, what it says. None of these may be served. */
const faulty: readonly (readonly [string, string, RegExp])[] = [
  [rule('domain: a.test, policy: bypas'), 'bypas }', /rules\[0\]\.policy: 'bypas' must be one of/],
  [rule('domain: a.test'), '{ ', /a rule needs a policy/],
  [rule('policy: deny'), '{ ', /a rule needs a domain/],
  [rule('domain: [], policy: deny'), '{ ', /a rule needs a domain/],
  [
    rule('domain: a.test, policy: deny, resource: ^/x'),
    'resource:',
    /rules\[0\]\.resource: Authelia has no such key/,
  ],
  [rule('domain: a.test, policy: deny, resources: "("'), '"("', /missing closing/],
  [rule('domain: a.test, policy: deny, resources: ["(?=x)"]'), '"(?=x)"', /resources\[0\]: .*unsupported/],
  [rule('domain: a.test, policy: deny, resources: [{}]'), '{}]', /one value/],
  [rule('domain: a.test, policy: deny, methods: [get]'), 'get]', /'get' must be one of GET/],
  [rule('domain: a.test, policy: deny, networks: [lan]'), 'lan]', /'lan' is neither/],
  [rule('domain: a.test, policy: deny, networks: [010.1.1.1]'), '010.1', /'010\.1\.1\.1' is neither/],
  [rule('domain: a.test, policy: deny, subject: alice'), 'alice', /'alice' must be user:NAME/],
  [rule('domain: a.test, policy: deny, subject: [[]]'), '[]]', /empty list of subjects/],
  [rule('domain: a.test, policy: bypass, subject: "user:a"'), '{ ', /bypass cannot depend on who/],
  [rule('domain_regex: "(?P<User>a)", policy: bypass'), '{ ', /bypass cannot depend on who/],
  [
    rule('domain: a.test, policy: deny, query: [[{ key: k, operator: Equal, value: v }]]'),
    'Equal',
    /'Equal' must be one of/,
  ],
  [
    rule('domain: a.test, policy: deny, query: [[{ key: k, operator: equal }]]'),
    '{ key: k',
    /'equal' needs a value/,
  ],
  [
    rule('domain: a.test, policy: deny, query: [[{ key: k, operator: equal, value: 7 }]]'),
    '7 }',
    /quote this value/,
  ],
  [rule('domain: a.test, policy: deny, query: [[{ operator: present }]]'), '{ operator', /needs a key/],
  [
    rule('domain: a.test, policy: deny, query: [[{ key: k, operator: absent, value: v }]]'),
    'v }',
    /'absent' takes no value/,
  ],
  [rule('domain: a.test, policy: deny, query: [[]]'), '[]]', /empty list of query tests/],
  [rule('domain: "{{ env `D` }}", policy: deny'), '"', /templates and variables/],
  [rule('domain: "$' + '{DOMAIN}", policy: deny'), '"', /templates and variables/],
  [
    `${backend}${session}access_control: {}\n`,
    '{}',
    /without rules, default_policy must be one_factor or two_factor/,
  ],
  [`${backend}${session}`, 'authentication_backend', /access_control: without rules/],
  [
    more('definitions: { network: { lan: [] } }').replace(
      '{ default',
      '{ rules: [{ domain: a.test, policy: deny, networks: lan }], default',
    ),
    'lan }',
    /holds no network/,
  ],
  [more('definitions: { network: [] }'), '[]', /mapping of names/],
  [cookie('domain: example.com'), '{ domain: example.com', /a cookie needs authelia_url/],
  [cookie('domain: Example.com, authelia_url: https://a.example.com'), 'Example.com', /domain in lower case/],
  [cookie('domain: com, authelia_url: https://a.com'), 'com,', /with a dot/],
  [cookie('domain: example.com, authelia_url: http://a.example.com'), 'http', /must be an https address/],
  [
    cookie('domain: example.com, authelia_url: https://evilexample.com'),
    'http',
    /inside the cookie's domain/,
  ],
  [
    cookie('domain: example.com, authelia_url: https://a.example.com, expiration: soon'),
    'soon',
    /'soon' is no duration/,
  ],
  [
    cookie(
      'domain: example.com, authelia_url: https://a.example.com }, { domain: a.example.com, authelia_url: https://a.example.com',
    ),
    '{ domain: a.example.com',
    /shares its cookies/,
  ],
  [
    `${backend}access_control: { default_policy: one_factor }\nsession: { domain: example.com }\n`,
    'example.com',
    /the old form/,
  ],
  [more('regulation: { find_time: 10m, ban_time: 5m }'), '{ find', /must not exceed/],
  [more('regulation: { modes: [users] }'), 'users]', /'users' must be one of/],
  [more('totp: { digits: 7 }'), '7 }', /'7' must be one of 6, 8/],
  [more('totp: { algorithm: md5 }'), 'md5', /'MD5' must be one of/],
  [more('totp: { period: 5 }'), '5 }', /whole number from 15/],
  [more('totp: [1]'), '[1]', /must be a mapping/],
  [more('').replace('users.yml', ''), '{ path', /needs a path/],
  ['', '', /must be a mapping/],
  ['- a', '- a', /must be a mapping/],
  ['a: [', '', /./],
  ['a: 1\na: 2', 'a: 2', /unique/],
]

t.test('what is wrong is said with its place, and nothing is served', async t => {
  for (const [text, place, message] of faulty) {
    const { settings, faults } = readAutheliaFile(text, '/etc/authelia/configuration.yml')
    const found = faults.find(fault => message.test(fault.message))
    const shown = found && text.split('\n')[found.line - 1]?.slice(found.column - 1)
    t.ok(shown?.startsWith(place), `${message} at ${place}: ${JSON.stringify({ shown, faults })}`)
    t.equal(settings, undefined)
  }
})

t.test('all faults come at once', async t => {
  const { faults } = readAutheliaFile('access_control: { rules: [{ policy: x }] }\nsession: {}', '/c.yml')
  t.ok(faults.length >= 4, JSON.stringify(faults))
})

t.test('an alias bomb is refused', async t => {
  const lines = [
    'a0: &a0 [x, x]',
    ...Array.from({ length: 30 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}, *a${n}]`),
  ]
  const { settings, faults } = readAutheliaFile(lines.join('\n'), '/c.yml')
  t.equal(settings, undefined)
  t.match(faults, [{ message: /aliases/ }])
})

t.test('a secret never shows in a fault', async t => {
  const text = `${backend}access_control: { default_policy: x }\nsession: { secret: hush-hush, cookies: { domain: 1 } }\nstorage: { encryption_key: hush-hush }\n`
  t.notMatch(JSON.stringify(readAutheliaFile(text, '/c.yml')), /hush/)
})
