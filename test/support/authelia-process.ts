/**
 * Authelia's authz endpoint as a program of its own, which can be stopped and killed. It answers with the
 * recorded answers of Authelia 4.39.20; `POST /mood/<name>` makes it ill. Argument: the port, 0 for any.
 */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import process from 'node:process'
import { recorded } from '../session/stand-ins.ts'

/** The session that it knows. */
const KNOWN = 'authelia_session={alice:1fa}'

function answer(name: string, response: ServerResponse): void {
  const found = recorded.find(exchange => exchange.name === name)
  if (found === undefined) throw new Error(`${name} is not recorded`)
  response.writeHead(found.response.status, found.response.headers.flat()).end(found.response.body)
}

const PLAIN = ['content-type', 'text/plain; charset=utf-8']
const ALICE = ['remote-user', 'alice']

const ILL: Readonly<Record<string, (response: ServerResponse) => void>> = {
  silent: () => {},
  '500': response => void response.writeHead(500, ALICE).end('500'),
  page: response => void response.writeHead(200, ['content-type', 'text/html', ...ALICE]).end('<p>hello'),
  bare: response => void response.writeHead(200, PLAIN).end('fine'),
  two: response => void response.writeHead(200, [...PLAIN, ...ALICE, 'remote-user', 'root']).end('200 OK'),
  elsewhere: response => void response.writeHead(301, { location: 'https://evil.org/' }).end(),
  garbage: response => void response.socket?.end('\x00\xff HTTP/9 200 OK\r\nRemote-User: alice\r\n\r\n'),
  // As after a restart: its sessions were in its memory.
  empty: response => answer('forward-auth/nocookie GET html XHR one', response),
  half: response => void response.writeHead(200, [...PLAIN, ...ALICE]).write('200'),
  broken: response => void response.socket?.destroy(),
}

let mood = 'well'
const server = createServer((request, response) => {
  const asked = /^\/mood\/(\w+)$/.exec(request.url ?? '')?.[1]
  if (asked !== undefined) {
    mood = asked
    response.end()
    return
  }
  const ill = ILL[mood]
  if (ill !== undefined) return ill(response)
  answer(
    request.headers.cookie === KNOWN
      ? 'forward-auth/alice 1fa one'
      : 'forward-auth/nocookie GET html XHR one',
    response,
  )
})
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  process.stdout.write(`listening on ${(server.address() as AddressInfo).port}\n`)
})
