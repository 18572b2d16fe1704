/** Sends a request byte for byte: doubled headers, raw bytes, odd targets. */
import { connect } from 'node:net'
import type { Answered, Exchange, Headers } from './exchange.ts'

export interface Server {
  readonly host: string
  readonly port: number
}

const utf8 = (latin1: string) => Buffer.from(latin1, 'latin1').toString('utf8')

/** One request on a connection of its own. Rejects when the answer is cut off. */
export function send(server: Server, request: Exchange['request']): Promise<Answered> {
  const { method, path, headers, body } = request
  const lines = headers.map(([name, value]) => `${name}: ${value}`)
  const length = headers.find(([name]) => name.toLowerCase() === 'content-length')?.[1]
  // A short body that was not kept with the recording.
  const content = body ?? 'x'.repeat(Number(length ?? 0))
  const text = `${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`
  const bytes = Buffer.concat([Buffer.from(text, 'latin1'), Buffer.from(content, 'utf8')])
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, server.host, () => socket.write(bytes))
    let got = ''
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => {
      got += chunk
      const answer = parse(got, method)
      if (answer === undefined) return
      socket.destroy()
      resolve(answer)
    })
    socket.on('error', reject)
    socket.on('close', () => reject(new Error(`cut off after ${got.length} bytes: ${method} ${path}`)))
  })
}

/** Undefined while more is to come. */
function parse(got: string, method: string): Answered | undefined {
  const end = got.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [start = '', ...lines] = got.slice(0, end).split('\r\n')
  const headers: Headers = lines.map(line => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon), utf8(line.slice(colon + 1).trim())]
  })
  const length = headers.find(([name]) => name.toLowerCase() === 'content-length')?.[1] ?? '0'
  const body = got.slice(end + 4)
  if (method !== 'HEAD' && body.length < Number(length)) return undefined
  return { status: Number(start.split(' ')[1]), headers, body: utf8(body) }
}
