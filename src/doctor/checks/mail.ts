/** Whether Authelia could send its mail: connection, TLS, user and password; with --mail a letter too. */
import type { Config } from '../../config/model.ts'
import { knockAtMail, type MailStep } from '../outside/mail.ts'
import { type Failure, failed } from '../outside.ts'
import { check, type Finding, fault, ok, type Premises, skipped } from '../types.ts'

type MailSeen =
  | { readonly secret: Failure }
  | { readonly result: Awaited<ReturnType<typeof knockAtMail>>; readonly sentTo: string | undefined }

async function probe(premises: Premises): Promise<MailSeen | undefined> {
  const { config, outside, mailTo } = premises
  const { mail } = config.deploy
  if (mail === undefined || config.authelia === undefined) return undefined
  const held = mail.password === undefined ? undefined : await outside.read(mail.password.file)
  if (held !== undefined && failed(held)) return { secret: held }
  const password = held?.replace(/\r?\n$/, '')
  const result = await knockAtMail(mail, password, {
    patience: outside.patience,
    trust: outside.trusted(),
    ...(mailTo === undefined ? {} : { to: mailTo }),
  })
  return { result, sentTo: mailTo }
}

const ADVICE: Readonly<Record<MailStep, readonly [why: string, todo: string]>> = {
  connect: [
    'Authelia does not start when it cannot reach its mail server, and nobody can set up a second factor.',
    'Look at "deploy.mail.address": submission:// is port 587, submissions:// 465, smtp:// 25, which many providers close to homes.',
  ],
  tls: [
    'Authelia sends no password without TLS, and does not start.',
    "Port 587 wants submission:// (STARTTLS), port 465 submissions:// (TLS at once); the server's certificate must be for the name in the address, from an authority that this machine trusts.",
  ],
  login: [
    'No code and no password reset reaches anybody, and Authelia does not start.',
    'Type the password into the file of "deploy.mail.password" once more; Gmail, iCloud and many others want an app password, and the whole address as user name.',
  ],
  sender: [
    'No code and no password reset reaches anybody.',
    'Let "deploy.mail.sender" be an address that this account may send from.',
  ],
}

function judge(seen: MailSeen | undefined, { deploy, portal }: Config): Finding[] {
  if (portal !== undefined) return [skipped('The built-in portal sends no mail.')]
  if (seen === undefined || deploy.mail === undefined)
    return [skipped('There is no deploy.mail: Authelia writes its codes to a file.')]
  const { address, username } = deploy.mail
  const about = address.address
  if ('secret' in seen) {
    const file = deploy.mail.password?.file ?? ''
    if (seen.secret.code === 'EACCES')
      return [skipped(`${file} may not be read by this user: run this as root.`)]
    return [
      fault(about, {
        saw: `The password for mail cannot be read: ${file}: ${seen.secret.failed}.`,
        why: 'Authelia does not start.',
        do: `Write it into ${file}, alone on one line, with mode 0600.`,
      }),
    ]
  }
  const { result, sentTo } = seen
  if (failed(result)) {
    const [why, advice] = ADVICE[result.step]
    const doing = {
      connect: 'cannot be reached',
      tls: 'gives no safe connection',
      login: `refuses ${username ?? 'the login'}`,
      sender: 'does not take the letter',
    }[result.step]
    return [fault(about, { saw: `The mail server ${about} ${doing}: ${result.failed}.`, why, do: advice })]
  }
  const login = username === undefined ? 'takes connections by TLS' : `knows ${username}`
  return [
    ok(
      about,
      sentTo === undefined
        ? `${login}; no letter was sent (--mail ADDRESS sends one)`
        : `${login}; a letter to ${sentTo} is on its way`,
    ),
  ]
}

export const mail = check({ id: 'mail', title: 'mail can be sent', probe, judge })
