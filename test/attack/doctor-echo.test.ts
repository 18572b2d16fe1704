/** A mail server that says what it was told must not have the doctor print the password, in no spelling and in no part. */
import t from 'tap'
import { knockAtMail } from '../../src/doctor/outside/mail.ts'
import { leaf, root } from '../doctor/leaf.ts'
import { mailServer } from '../doctor/smtp.ts'

const PASSWORD = 'a-mail-password-nobody-knows'
const USER = 'auth@example.test'
const PLAIN = Buffer.from(`\0${USER}\0${PASSWORD}`).toString('base64')

const ECHOES: readonly (readonly [how: string, said: (given: string) => string])[] = [
  ['as it was sent', given => `no such command: AUTH PLAIN ${given}`],
  ['at the end of what is shown', () => `${'x'.repeat(90)} "${PASSWORD}"`],
  ['the same, as it was sent', given => `${'x'.repeat(90)} "${given}"`],
]

for (const [how, said] of ECHOES)
  t.test(`the password is echoed ${how}`, async t => {
    const by = await root()
    const files = await leaf(t.testdir(), 'mail', by, ['localhost'], 60)
    const mail = await mailServer(t, 'another', files, said)
    const address = { scheme: 'submission', host: 'localhost', port: mail.port, address: '' } as never
    const found = await knockAtMail({ address, username: USER, sender: USER } as never, PASSWORD, {
      patience: 5000,
      trust: [by.pem],
    })
    const shown = JSON.stringify(found)
    t.match(found, { step: 'login', failed: /it answers "535 / })
    for (const secret of [PASSWORD, PLAIN])
      for (let at = 0; at + 12 <= secret.length; at++) {
        // The user's own name is no secret.
        if (secret === PLAIN && at < 24) continue
        if (shown.includes(secret.slice(at, at + 12)))
          return t.fail(`${shown} shows ${secret.slice(at, at + 12)}`)
      }
  })
