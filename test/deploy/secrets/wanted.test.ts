import t from 'tap'
import { givenSecrets, wantedSecrets } from '../../../src/deploy/secrets/wanted.ts'
import { configOf } from '../../support/config-of.ts'
import { AUTHELIA, PLAIN, PORTAL } from './homes.ts'

const names = (text: string) => wantedSecrets(configOf('/etc/gatehouse', text)).map(({ name }) => name)

const own = [
  'certificates/authority.pem',
  'certificates/authority.key',
  'certificates/site.pem',
  'certificates/site.key',
]
t.test('which secrets a configuration wants', async t => {
  const ofAuthelia = ['authelia/session', 'authelia/storage-encryption-key', 'authelia/reset-password-jwt']
  const client = ['clients/cloud', 'clients/cloud.digest']
  t.strictSame(names(PLAIN), [...ofAuthelia, ...own])
  t.strictSame(names(AUTHELIA), [
    ...ofAuthelia,
    'oidc/hmac',
    'oidc/key.pem',
    'authelia/keys.yml',
    ...client,
    ...own,
  ])
  t.strictSame(
    names(PORTAL),
    ['oidc/key.pem', ...client, ...own],
    'the portal has no use for those of Authelia',
  )
  t.strictSame(names(PLAIN.replace(/authelia:.*/, 'portal: { users: users_database.yml }')), own)
  const files = 'deploy: { certificates: { from: files, certificate: a.pem, key: a.key } }'
  t.strictSame(names(PLAIN + files), ofAuthelia, 'certificates from elsewhere')
})

t.test('each says what it is for, and what a new one asks for unless it is made of another', async t => {
  for (const { name, about, from, fixed, afterwards } of wantedSecrets(configOf('/x', AUTHELIA))) {
    t.match(about, /^\S.{10,}[^.]$/, name)
    t.equal(from !== undefined || fixed !== undefined || (afterwards?.length ?? 0) > 0, true, name)
  }
})

t.test('secrets of others are named by their files, absolute', async t => {
  const text = `${PLAIN}deploy:
  mail: { address: "submission://smtp.example.com", sender: a@example.com, username: a, password: { file: secrets/mail } }
  redis: { password: { file: /run/redis } }
`
  t.strictSame(givenSecrets(configOf('/etc/gatehouse', text)), [
    { file: '/etc/gatehouse/secrets/mail', about: 'the password for the mail server' },
    { file: '/run/redis', about: 'the password for Redis' },
  ])
})

t.test(
  'a new one is taken by what is told of it: a rendered file, or a service that is started anew',
  async t => {
    const afterwards = (text: string, name: string) =>
      wantedSecrets(configOf('/etc/gatehouse', text))
        .find(one => one.name === name)
        ?.afterwards?.join('\n')
    t.match(afterwards(AUTHELIA, 'clients/cloud'), /gatehouse apply/)
    t.match(afterwards(PORTAL, 'clients/cloud'), /systemctl restart gatehouse/)
    t.match(afterwards(AUTHELIA, 'oidc/key.pem'), /systemctl restart authelia/)
    t.match(afterwards(PORTAL, 'oidc/key.pem'), /systemctl restart gatehouse/)
  },
)
