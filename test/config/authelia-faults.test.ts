import t from 'tap'
import { readAutheliaFile } from '../../src/config/authelia-file.ts'

const backend = 'authentication_backend: { file: { path: users.yml } }\n'
const session = 'session: { cookies: [{ domain: example.com, authelia_url: https://auth.example.com }] }\n'
const rule = (text: string): string => `${backend}${session}access_control: { rules: [{ ${text} }] }\n`
const cookie = (text: string): string =>
  `${backend}access_control: { default_policy: one_factor }\nsession: { cookies: [{ ${text} }] }\n`
const more = (text: string): string =>
  `${backend}${session}access_control: { default_policy: one_factor }\n${text}\n`

/** File, where the fault is, what it says. None of these may be served. */
const faulty: readonly (readonly [string, string, RegExp])[] = [
  [rule('domain: a.test, policy: bypas'), '3:53', /rules\[0\]\.policy: 'bypas' must be one of/],
  [rule('domain: a.test'), '3:28', /a rule needs a policy/],
  [rule('policy: deny'), '3:28', /a rule needs a domain/],
  [rule('domain: [], policy: deny'), '3:28', /a rule needs a domain/],
  [
    rule('domain: a.test, policy: deny, resource: ^/x'),
    '3:68',
    /rules\[0\]\.resource: Authelia has no such key/,
  ],
  [rule('domain: a.test, policy: deny, resources: "("'), '3:69', /missing closing/],
  [rule('domain: a.test, policy: deny, resources: ["(?=x)"]'), '3:70', /resources\[0\]: .*unsupported/],
  [rule('domain: a.test, policy: deny, resources: [{}]'), '3:70', /one value/],
  [rule('domain: a.test, policy: deny, methods: [get]'), '3:68', /'get' must be one of GET/],
  [rule('domain: a.test, policy: deny, networks: [lan]'), '3:69', /'lan' is neither/],
  [rule('domain: a.test, policy: deny, networks: [010.1.1.1]'), '3:69', /'010\.1\.1\.1' is neither/],
  [rule('domain: a.test, policy: deny, subject: alice'), '3:67', /'alice' must be user:NAME/],
  [rule('domain: a.test, policy: deny, subject: [[]]'), '3:68', /empty list of subjects/],
  [rule('domain: a.test, policy: bypass, subject: "user:a"'), '3:28', /bypass cannot depend on who/],
  [rule('domain_regex: "(?P<User>a)", policy: bypass'), '3:28', /bypass cannot depend on who/],
  [
    rule('domain: a.test, policy: deny, query: [[{ key: k, operator: Equal, value: v }]]'),
    '3:87',
    /'Equal' must be one of/,
  ],
  [
    rule('domain: a.test, policy: deny, query: [[{ key: k, operator: equal }]]'),
    '3:67',
    /'equal' needs a value/,
  ],
  [
    rule('domain: a.test, policy: deny, query: [[{ key: k, operator: equal, value: 7 }]]'),
    '3:101',
    /quote this value/,
  ],
  [rule('domain: a.test, policy: deny, query: [[{ operator: present }]]'), '3:67', /needs a key/],
  [
    rule('domain: a.test, policy: deny, query: [[{ key: k, operator: absent, value: v }]]'),
    '3:102',
    /'absent' takes no value/,
  ],
  [rule('domain: a.test, policy: deny, query: [[]]'), '3:66', /empty list of query tests/],
  [rule('domain: "{{ env `D` }}", policy: deny'), '3:36', /templates and variables/],
  [rule('domain: "$' + '{DOMAIN}", policy: deny'), '3:36', /templates and variables/],
  [
    `${backend}${session}access_control: {}\n`,
    '3:17',
    /without rules, default_policy must be one_factor or two_factor/,
  ],
  [`${backend}${session}`, '1:1', /access_control: without rules/],
  [
    more('definitions: { network: { lan: [] } }').replace(
      '{ default',
      '{ rules: [{ domain: a.test, policy: deny, networks: lan }], default',
    ),
    '3:69',
    /holds no network/,
  ],
  [more('definitions: { network: [] }'), '4:25', /mapping of names/],
  [cookie('domain: example.com'), '3:22', /a cookie needs authelia_url/],
  [cookie('domain: Example.com, authelia_url: https://a.example.com'), '3:31', /domain in lower case/],
  [cookie('domain: com, authelia_url: https://a.com'), '3:31', /with a dot/],
  [cookie('domain: example.com, authelia_url: http://a.example.com'), '3:58', /must be an https address/],
  [
    cookie('domain: example.com, authelia_url: https://evilexample.com'),
    '3:58',
    /inside the cookie's domain/,
  ],
  [
    cookie('domain: example.com, authelia_url: https://a.example.com, expiration: soon'),
    '3:93',
    /'soon' is no duration/,
  ],
  [
    cookie(
      'domain: example.com, authelia_url: https://a.example.com }, { domain: a.example.com, authelia_url: https://a.example.com',
    ),
    '3:80',
    /shares its cookies/,
  ],
  [
    `${backend}access_control: { default_policy: one_factor }\nsession: { domain: example.com }\n`,
    '3:20',
    /the old form/,
  ],
  [more('regulation: { find_time: 10m, ban_time: 5m }'), '4:13', /must not exceed/],
  [more('regulation: { modes: [users] }'), '4:23', /'users' must be one of/],
  [more('totp: { digits: 7 }'), '4:17', /'7' must be one of 6, 8/],
  [more('totp: { algorithm: md5 }'), '4:20', /'MD5' must be one of/],
  [more('totp: { period: 5 }'), '4:17', /whole number from 15/],
  [more('totp: [1]'), '4:7', /must be a mapping/],
  [more('').replace('users.yml', ''), '1:33', /needs a path/],
  ['', '1:1', /must be a mapping/],
  ['- a', '1:1', /must be a mapping/],
  ['a: [', '1:5', /./],
  ['a: 1\na: 2', '2:1', /unique/],
]

t.test('what is wrong is said with its place, and nothing is served', async t => {
  for (const [text, place, message] of faulty) {
    const { settings, faults } = readAutheliaFile(text, '/etc/authelia/configuration.yml')
    const found = faults.find(fault => message.test(fault.message))
    t.equal(found && `${found.line}:${found.column}`, place, `${text}\n${JSON.stringify(faults)}`)
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
