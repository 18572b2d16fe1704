/** A mail server, as Authelia would use it. */
import { createTransport } from 'nodemailer'
import type { Config } from '../../config/model.ts'
import { type Failure, failure } from '../outside.ts'

/** How far one got. */
export type MailStep = 'connect' | 'tls' | 'login' | 'sender'

type Mail = NonNullable<Config['deploy']['mail']>

interface Options {
  /** In milliseconds, for each step. */
  readonly patience: number
  /** Certificates in PEM. */
  readonly trust: readonly string[]
  /** Who gets a letter; absent: none is sent. */
  readonly to?: string
}

/** Nodemailer's words (its lib/smtp-connection). */
function stepOf({ code, failed }: Failure): MailStep {
  if (code === 'EAUTH' || code === 'ENOAUTH' || code === 'EOAUTH2') return 'login'
  // An error while TLS begins comes as ESOCKET, with the words of Node.
  if (code === 'ESOCKET' && /certificate|self-signed|altname/i.test(failed)) return 'tls'
  if (code === 'ETLS' || /CERT|SIGNED|ISSUER|ALTNAME|SSL|VERIFY/.test(code)) return 'tls'
  return code === 'EENVELOPE' || code === 'EMESSAGE' ? 'sender' : 'connect'
}

/** What the server said: a code and a few words; never more, for it may repeat what it was told. */
function words(error: unknown, secrets: readonly string[]): Failure {
  const plain = failure(error)
  const said =
    error instanceof Error && 'response' in error ? String(error.response).split('\n')[0] : undefined
  // Before it is cut: half of a secret would be known no more.
  let text = said ?? plain.failed
  for (const secret of secrets) if (secret !== '') text = text.replaceAll(secret, '***')
  return {
    failed: said === undefined ? text : `it answers "${text.slice(0, 120).trim()}"`,
    code: plain.code,
  }
}

/** The password as it stands on the wire: AUTH PLAIN (RFC 4616) and AUTH LOGIN; the longest first. */
function spellings(username: string, password: string): string[] {
  const plain = `\0${username}\0${password}`
  return [plain, password].flatMap(text => [Buffer.from(text).toString('base64'), text])
}

/** Connects, starts TLS, logs in; with `to` sends a letter. STARTTLS is asked for as Authelia asks: always. */
export async function knockAtMail(
  { address, username, sender }: Mail,
  password: string | undefined,
  { patience, trust, to }: Options,
): Promise<true | (Failure & { readonly step: MailStep })> {
  const secrets = password === undefined ? [] : spellings(username ?? '', password)
  const transport = createTransport({
    host: address.host,
    port: address.port,
    secure: address.scheme === 'submissions',
    requireTLS: address.scheme !== 'submissions',
    connectionTimeout: patience,
    greetingTimeout: patience,
    socketTimeout: patience,
    dnsTimeout: patience,
    tls: { ca: [...trust] },
    ...(username === undefined ? {} : { auth: { user: username, pass: password ?? '' } }),
  })
  try {
    await transport.verify()
    if (to !== undefined)
      await transport.sendMail({
        from: sender,
        to,
        subject: 'A letter from gatehouse doctor',
        text: 'Mail works: Authelia can send codes and password resets this way.\n',
      })
    return true
  } catch (error) {
    const found = words(error, secrets)
    return { ...found, step: stepOf(found) }
  } finally {
    transport.close()
  }
}
