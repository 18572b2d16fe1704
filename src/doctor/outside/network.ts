/** The real network: names, connections, TLS and HTTP. */
import type { X509Certificate } from 'node:crypto'
import { lookup } from 'node:dns/promises'
import { request as requestHttps } from 'node:https'
import { connect, isIP } from 'node:net'
import { addAbortSignal } from 'node:stream'
import { connect as connectTls, getCACertificates } from 'node:tls'
import { type IncomingMessage, request as requestHttp } from '../../lib/http.ts'
import {
  type Answer,
  failure,
  type Outside,
  type Place,
  type Question,
  type Seen,
  type Shown,
  within,
} from '../outside.ts'

const LONGEST = 512 * 1024

const target = ({ address, port }: Place) => (port === 0 ? { path: address } : { host: address, port })

function open(place: Place, signal: AbortSignal): Promise<Seen<true>> {
  return new Promise(resolve => {
    const socket = addAbortSignal(signal, connect(target(place)))
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', error => resolve(failure(error)))
  })
}

function handshake(
  host: string,
  place: Place,
  trust: readonly string[],
  signal: AbortSignal,
): Promise<Seen<Shown>> {
  return new Promise(resolve => {
    const socket = connectTls({
      ...target(place),
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ca: [...trust],
      rejectUnauthorized: false,
      // Names are looked at apart, so that a wrong one and a bad chain are two findings.
      checkServerIdentity: () => undefined,
    })
    addAbortSignal(signal, socket)
    socket.once('secureConnect', () => {
      const shown = socket.getPeerX509Certificate()
      const sent = chainLength(shown)
      const distrust: unknown = socket.authorizationError
      socket.destroy()
      if (shown === undefined) return resolve({ failed: 'it shows no certificate', code: 'NONE' })
      resolve({
        certificate: shown.toString(),
        sent,
        ...(distrust ? { distrust: distrust instanceof Error ? distrust.message : String(distrust) } : {}),
      })
    })
    socket.once('error', error => resolve(failure(error)))
    socket.once('close', () => resolve({ failed: 'the connection was closed at once', code: 'ECONNRESET' }))
  })
}

function chainLength(leaf: X509Certificate | undefined): number {
  let length = 0
  const seen = new Set<string>()
  for (let one = leaf; one !== undefined && !seen.has(one.fingerprint256); one = one.issuerCertificate) {
    seen.add(one.fingerprint256)
    length++
  }
  return length
}

function ask(
  { url, address, method = 'GET', headers = {} }: Question,
  signal: AbortSignal,
): Promise<Seen<Answer>> {
  return new Promise(resolve => {
    const { protocol, hostname, port, pathname, search, host } = new URL(url)
    const name = hostname.replace(/^\[|\]$/g, '')
    const common = {
      host: address,
      port: Number(port || (protocol === 'https:' ? 443 : 80)),
      path: `${pathname}${search}`,
      method,
      agent: false,
      signal,
      headers: { host, 'user-agent': 'gatehouse-doctor', ...headers },
    } as const
    const done = (answer: IncomingMessage): void => void readAnswer(answer).then(resolve)
    const asked =
      protocol === 'https:'
        ? requestHttps(
            { ...common, rejectUnauthorized: false, ...(isIP(name) === 0 ? { servername: name } : {}) },
            done,
          )
        : requestHttp(common, done)
    asked.once('error', error => resolve(failure(error)))
    // An upgrade is an answer too: 101, without a body.
    asked.once('upgrade', (answer: IncomingMessage, socket) => {
      socket.destroy()
      resolve({ status: answer.statusCode ?? 0, headers: headersOf(answer), body: '' })
    })
    asked.end()
  })
}

function headersOf({ headersDistinct }: IncomingMessage): Answer['headers'] {
  return Object.fromEntries(Object.entries(headersDistinct).map(([name, values]) => [name, values ?? []]))
}

async function readAnswer(answer: IncomingMessage): Promise<Answer> {
  const whole = { status: answer.statusCode ?? 0, headers: headersOf(answer) }
  let body = ''
  try {
    for await (const part of answer.setEncoding('utf8')) {
      body += String(part)
      if (body.length > LONGEST) break
    }
  } catch {
    // Cut off, or an endless stream at the end of its time: what came is enough.
  }
  answer.destroy()
  return { ...whole, body: body.slice(0, LONGEST) }
}

/** @param patience how long each look may take, in milliseconds */
export function networkOutside(
  patience: number,
): Pick<Outside, 'trusted' | 'lookup' | 'connect' | 'handshake' | 'ask'> {
  return {
    trusted: () => getCACertificates('system'),
    lookup: async host => {
      const found = await within(patience, () =>
        lookup(host, { all: true, order: 'ipv4first' }).catch(failure),
      )
      return 'failed' in found ? found : [...new Set(found.map(({ address }) => address))]
    },
    connect: place => within(patience, signal => open(place, signal)),
    handshake: (host, place, trust) => within(patience, signal => handshake(host, place, trust, signal)),
    ask: question => within(patience, signal => ask(question, signal)),
  }
}
