/**
 * Answers like Authelia's forward-auth endpoint does, in the very words of the recordings (test/contract), for as
 * many sessions as one likes: s1, s2, ... 100,000 real logins would take a quarter of an hour. Argument: the port.
 */
import { createServer } from 'node:http'
import process from 'node:process'

const KNOWN = /(?:^|; )authelia_session=s(\d+)(?:;|$)/

createServer((request, response) => {
  const session = KNOWN.exec(request.headers.cookie ?? '')?.[1]
  if (session === undefined) {
    const back = encodeURIComponent(
      `https://${request.headers['x-forwarded-host']}${request.headers['x-forwarded-uri']}`,
    )
    response.writeHead(302, { Location: `https://auth.example.test/?rd=${back}&rm=GET` }).end()
    return
  }
  response
    .writeHead(200, {
      'Content-Type': 'text/plain; charset=utf-8',
      'Remote-User': `user${session}`,
      'Remote-Groups': 'users',
      'Remote-Name': 'A User',
      'Remote-Email': `user${session}@example.test`,
    })
    .end('200 OK')
}).listen(Number(process.argv[2] ?? 0), '127.0.0.1')
