/** One client for both HTTP versions. */
import { once } from 'node:events'
import http from 'node:http'
import http2 from 'node:http2'
import type { Readable } from 'node:stream'
import type { Rig } from './rig.ts'

export interface Question {
  readonly method?: string
  readonly path?: string
  readonly headers?: Record<string, string | string[]>
  readonly body?: Buffer | Readable
  readonly trailers?: Record<string, string>
}

/** An answer whose body is still to be read. */
export interface Answer {
  readonly status: number
  /** `name: value` lines, in order, as they came; names in lower case over h2. */
  readonly lines: string[]
  readonly interim: { status: number; link: string | undefined }[]
  readonly body: Readable
  trailers(): Record<string, unknown>
  abort(): void
}

export async function ask(rig: Rig, question: Question = {}): Promise<Answer> {
  return rig.front === 'h2' ? ask2(rig, question) : ask1(rig, question)
}

/** The whole body; rejects when it was cut. */
export async function read(answer: Answer): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of answer.body) pieces.push(piece)
  return Buffer.concat(pieces)
}

function send(stream: http.ClientRequest | http2.ClientHttp2Stream, { body }: Question): void {
  if (body === undefined) stream.end()
  else if (Buffer.isBuffer(body)) stream.end(body)
  else body.pipe(stream)
}

async function ask1(rig: Rig, question: Question): Promise<Answer> {
  const { method = 'GET', path = '/', headers = {} } = question
  // Kept alive, as a browser's: Node cuts a `Connection: close` client that is still sending.
  const agent = new http.Agent({ keepAlive: true })
  const to = { port: rig.port, host: '127.0.0.1', maxHeaderSize: 65536, agent }
  const request = http.request({ ...to, method, path, headers })
  // Node frames no body on a GET by itself.
  const { body } = question
  if (body && !Buffer.isBuffer(body) && !headers['content-length']) {
    request.setHeader('transfer-encoding', 'chunked')
  }
  const interim: Answer['interim'] = []
  request.on('information', ({ statusCode: status, headers }) => {
    interim.push({ status, link: headers.link?.toString() })
  })
  if (question.trailers) request.addTrailers(question.trailers)
  send(request, question)
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  request.on('error', () => {})
  response.on('close', () => agent.destroy())
  return {
    status: response.statusCode ?? 0,
    lines: linesOf(response.rawHeaders),
    interim,
    body: response,
    trailers: () => response.trailers,
    abort: () => request.destroy(),
  }
}

async function ask2(rig: Rig, question: Question): Promise<Answer> {
  const session = http2.connect(`http://127.0.0.1:${rig.port}`)
  session.on('error', () => {})
  const stream = session.request(
    { ':method': question.method ?? 'GET', ':path': question.path ?? '/', ...question.headers },
    { endStream: question.body === undefined && !question.trailers, waitForTrailers: !!question.trailers },
  )
  stream.on('error', () => {})
  stream.on('close', () => session.close())
  const interim: Answer['interim'] = []
  let trailers: Record<string, unknown> = {}
  stream.on('headers', headers => {
    interim.push({ status: Number(headers[':status']), link: headers.link?.toString() })
  })
  stream.on('trailers', headers => {
    trailers = headers
  })
  stream.on('wantTrailers', () => stream.sendTrailers(question.trailers ?? {}))
  if (question.body !== undefined || question.trailers) send(stream, question)
  const [headers, , raw] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders, number, string[]]
  return {
    status: Number(headers[':status']),
    lines: linesOf(raw).filter(line => !line.startsWith(':')),
    interim,
    body: stream,
    trailers: () => trailers,
    abort: () => stream.close(http2.constants.NGHTTP2_CANCEL),
  }
}

export function linesOf(raw: readonly string[]): string[] {
  const lines: string[] = []
  for (let i = 0; i + 1 < raw.length; i += 2) lines.push(`${raw[i]}: ${raw[i + 1]}`)
  return lines
}
