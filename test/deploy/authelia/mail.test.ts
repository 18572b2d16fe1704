import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createTransport } from 'nodemailer'
import t, { type Test } from 'tap'
import { freePort } from '../../../src/demo/port.ts'
import { knockAtMail } from '../../../src/doctor/outside/mail.ts'
import { find, without } from '../../support/programs.ts'
import { certificate } from './certificate.ts'
import { at, renderedOf } from './rendered.ts'

const SERVER = join(import.meta.dirname, 'smtp-server.py')
const PASSWORD = 'what-authelia-sends-with'

/** A real mail server (aiosmtpd of Debian's Python) that wants STARTTLS and a login. */
async function openMail(t: Test) {
  const made = certificate(t, 'localhost')
  const port = await freePort(0)
  const args = [SERVER, String(port), made.file, made.key, 'authelia']
  const child = spawn('/usr/bin/python3', args, { stdio: ['pipe', 'pipe', 'inherit'] })
  t.teardown(async () => {
    child.kill('SIGTERM')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  })
  child.stdin.end(`${PASSWORD}\n`)
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const line = async (): Promise<string> => String((await lines.next()).value)
  t.equal(await line(), 'ready')
  return { port, line, trust: [made.pem] }
}

t.test('mail', { skip: without('aiosmtpd') || (find('openssl') ? false : 'no openssl') }, async t => {
  const { port, line, trust } = await openMail(t)
  const { house, tree } = renderedOf(
    t,
    `{ mail: { address: "submission://localhost:${port}", username: authelia, password: { file: mail }, sender: "The Gate <gate@example.com>" } }`,
  )
  const smtp = at(tree, 'notifier', 'smtp')
  const address = new URL(String(smtp.address))
  /** As Authelia connects: STARTTLS where it is offered, its own name, the rendered user. */
  const transport = (pass: string) =>
    createTransport({
      host: address.hostname,
      port: Number(address.port),
      name: String(smtp.identifier),
      requireTLS: true,
      tls: { ca: trust },
      auth: { user: String(smtp.username), pass },
    })

  t.test('a letter arrives, over STARTTLS, from the rendered sender', async t => {
    const letter = {
      from: String(smtp.sender),
      to: String(smtp.startup_check_address),
      subject: 'A code',
      text: '7',
    }
    await transport(PASSWORD).sendMail(letter)
    t.match(JSON.parse(await line()), {
      from: 'gate@example.com',
      to: ['gate@example.com'],
      text: /From: The Gate <gate@example\.com>/,
    })
  })

  t.test('a wrong password is refused, and so is a connection without TLS', async t => {
    await t.rejects(transport('wrong').verify(), { code: 'EAUTH' })
    const plain = createTransport({
      host: 'localhost',
      port,
      ignoreTLS: true,
      auth: { user: 'authelia', pass: PASSWORD },
    })
    await t.rejects(plain.sendMail({ from: 'gate@example.com', to: 'gate@example.com', text: 'x' }))
  })

  t.test('the doctor says the same', async t => {
    const { mail } = house.config.deploy
    if (mail === undefined) throw new Error('no mail')
    t.equal(await knockAtMail(mail, PASSWORD, { patience: 5000, trust }), true)
    t.match(await knockAtMail(mail, 'wrong', { patience: 5000, trust }), { step: 'login' })
    t.match(await knockAtMail(mail, PASSWORD, { patience: 5000, trust: [] }), { step: 'tls' })
  })
})
