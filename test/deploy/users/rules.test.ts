import t from 'tap'
import {
  checkDisplayName,
  checkEmail,
  checkGroup,
  checkName,
  checkPassword,
} from '../../../src/deploy/users/rules.ts'

/** What the check says; undefined where it is content. */
function said(check: () => void): string | undefined {
  try {
    check()
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

t.test('names', async t => {
  for (const name of [
    'ann',
    'a',
    '1st',
    'ann.smith',
    'ann_smith-2',
    'ann+cams',
    'ann@example.com',
    'a'.repeat(64),
  ])
    t.equal(
      said(() => checkName(name)),
      undefined,
      name,
    )
  const wrong: [string, RegExp][] = [
    ['', /needs a name/],
    ['Ann', /has capitals.*write ann\./],
    ['ann smith', /no name of a user.*perhaps ann-smith\./],
    ['Änn', /perhaps ann\./],
    ['ann:x', /perhaps ann-x/],
    ['ann,bob', /no name of a user/],
    ['../etc', /perhaps etc/],
    ['-ann', /perhaps ann/],
    ['ann\n', /no name of a user/],
    ['安', /a letter or digit first\.$/],
    ['a'.repeat(65), /64 characters at most/],
  ]
  for (const [name, message] of wrong)
    t.match(
      said(() => checkName(name)),
      message,
      name,
    )
})

t.test('groups', async t => {
  for (const group of ['family', 'Domain Admins', 'größe', 'a/b'])
    t.equal(
      said(() => checkGroup(group)),
      undefined,
    )
  const wrong: [string, RegExp][] = [
    ['sales, emea', /has a comma: Remote-Groups/],
    ['', /needs a name/],
    [' ', /needs a name/],
    [' family', /begins or ends with a space/],
    ['fam\r\nily', /control character/],
    ['x'.repeat(101), /too long/],
  ]
  for (const [group, message] of wrong)
    t.match(
      said(() => checkGroup(group)),
      message,
      group,
    )
})

t.test('addresses', async t => {
  for (const email of ['ann@example.com', "o'hara+x@a.b-c.example"])
    t.equal(
      said(() => checkEmail(email)),
      undefined,
    )
  for (const email of [
    'ann',
    'ann@',
    '@example.com',
    'ann@localhost',
    'a b@example.com',
    'a@b@example.com',
    'ann@-x.com',
    'Ann <ann@example.com>',
    'ann@example.com\n',
  ])
    t.match(
      said(() => checkEmail(email)),
      /is no address: write it as in ann@example\.com/,
      email,
    )
})

t.test('names on pages', async t => {
  t.equal(
    said(() => checkDisplayName('Érin Ünïcode, "Q" <x>')),
    undefined,
  )
  for (const name of ['', '  ', 'a\tb', 'x'.repeat(101)])
    t.match(
      said(() => checkDisplayName(name)),
      /cannot be shown/,
    )
})

t.test('passwords, which no message shows', async t => {
  const check = (password: string) =>
    said(() => checkPassword(password, 8, ['ann', 'ann@example.com', 'household']))
  t.equal(check('correct horse'), undefined)
  t.equal(check('pässwörd'), undefined, 'eight characters, ten bytes')
  const wrong: [string, RegExp][] = [
    ['', /is empty/],
    ['hunter2', /has 7 characters, and deploy\.password_policy\.min_length asks for 8/],
    ['🔑🔑🔑🔑', /has 4 characters/],
    ['hunter2\thunter2', /control character/],
    ['          ', /nothing but spaces/],
    ['Ann@example.com', /own name, address or group/],
    ['HOUSEHOLD', /own name, address or group/],
    ['x'.repeat(1025), /longer than 1024/],
  ]
  for (const [password, message] of wrong) {
    const text = check(password)
    t.match(text, message)
    t.notMatch(text, /hunter2/)
  }
})
