/** A small real mail server: STARTTLS, then a user and a password, then letters. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createSecureContext, TLSSocket } from 'node:tls'
import type { Test } from 'tap'
import type { Files } from './leaf.ts'

export interface MailServer {
  readonly port: number
  /** What came in, whole. */
  readonly letters: string[]
}

interface Talk {
  readonly password: string
  readonly letters: string[]
  readonly secure: (socket: Socket) => TLSSocket
  /** What it says of a wrong login. @param given as it was sent */
  readonly refusal: ((given: string) => string) | undefined
}

function converse(socket: Socket, talk: Talk, safe: boolean): void {
  let text = ''
  let letter: string | undefined
  const say = (line: string): void => void socket.write(`${line}\r\n`)
  const reply = (verb: string, words: readonly string[]): string => {
    if (verb === 'EHLO') return safe ? '250-mail\r\n250 AUTH PLAIN' : '250-mail\r\n250 STARTTLS'
    if (verb === 'STARTTLS') return '220 go on'
    if (verb === 'DATA') return '354 go on'
    if (verb === 'QUIT') return '221 bye'
    if (verb !== 'AUTH') return '250 fine'
    const given = Buffer.from(words[1] ?? '', 'base64')
      .toString()
      .split('\0')[2]
    // Some servers say what they were told; the doctor must not.
    if (given === talk.password) return '235 welcome'
    return `535 ${talk.refusal?.(words[1] ?? '') ?? `5.7.8 no, not "${given}"`}`
  }
  const answer = (line: string): void => {
    const [verb = '', ...words] = line.split(' ')
    say(reply(verb.toUpperCase(), words))
    if (/^data$/i.test(verb)) letter = ''
    if (/^quit$/i.test(verb)) socket.end()
    if (!/^starttls$/i.test(verb)) return
    socket.removeAllListeners('data')
    converse(talk.secure(socket), talk, true)
  }
  socket.on('error', () => {})
  socket.on('data', chunk => {
    text += String(chunk)
    for (let end = text.indexOf('\r\n'); end >= 0; end = text.indexOf('\r\n')) {
      const line = text.slice(0, end)
      text = text.slice(end + 2)
      if (letter === undefined) answer(line)
      else if (line === '.') {
        talk.letters.push(letter)
        letter = undefined
        say('250 taken')
      } else letter += `${line}\n`
    }
  })
}

/** Starts it; it ends with the test. */
export async function mailServer(
  t: Test,
  password: string,
  files: Files,
  refusal?: Talk['refusal'],
): Promise<MailServer> {
  const letters: string[] = []
  const secureContext = createSecureContext({
    cert: readFileSync(files.certificate),
    key: readFileSync(files.key),
  })
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    const secure = (plain: Socket): TLSSocket => new TLSSocket(plain, { isServer: true, secureContext })
    converse(socket, { password, letters, secure, refusal }, false)
    socket.write('220 mail\r\n')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, letters }
}
