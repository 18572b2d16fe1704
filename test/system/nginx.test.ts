import { mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import t from 'tap'
import { freePort } from '../../src/demo/port.ts'
import { browserIn, logIn, openHouse, serve } from '../support/house.ts'
import { find, start, without } from '../support/programs.ts'
import { parseAnswer, type RawAnswer } from '../support/raw.ts'
import { recordingUpstream } from '../support/upstream.ts'

const skip = without('nginx')

/** NGINX as TLS front of the proxy door, as docs show it. */
function nginxFile(folder: string, port: number, gateway: number, certificate: string, key: string): string {
  return `daemon off; pid ${folder}/nginx.pid; error_log stderr notice; worker_processes 1;
events { worker_connections 256; }
http {
  access_log off;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate ${certificate};
    ssl_certificate_key ${key};
    location / {
      proxy_pass http://127.0.0.1:${gateway};
      proxy_http_version 1.1;
      proxy_buffering off;
      proxy_request_buffering off;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-Proto https;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
    }
  }
}
`
}

t.test('NGINX ends TLS in front of the proxy door', { skip }, async t => {
  const app = await recordingUpstream(t)
  const port = await freePort(0)
  const house = await openHouse(t, {
    publicPort: port,
    // The client below comes from 127.0.0.9, so that loopback is not all one.
    top: 'trusted_proxies: [127.0.0.1/32]',
    apps: `  app: { upstream: '${app.origin}' }
  near: { upstream: '${app.origin}', policy: deny, rules: [{ networks: [127.0.0.9/32], policy: bypass }] }
`,
  })
  const { plainPort } = await serve(t, house)
  const folder = join(house.folder, 'nginx')
  mkdirSync(folder)
  const file = join(folder, 'nginx.conf')
  writeFileSync(file, nginxFile(folder, port, plainPort, house.leafFile, house.keyFile))
  const nginx = start(t, find('nginx') ?? 'nginx', ['-c', file, '-p', folder, '-e', 'stderr'])
  await nginx.says(/start worker process /)

  /** A request by TLS from an address of loopback. */
  async function from(address: string, host: string, headers = ''): Promise<RawAnswer> {
    const tcp = connect({ port, host: '127.0.0.1', localAddress: address })
    const socket = connectTls({ socket: tcp, servername: host, ca: house.ca })
    socket.write(
      `GET / HTTP/1.1\r\nHost: ${host}:${port}\r\nAccept: */*\r\nConnection: close\r\n${headers}\r\n`,
    )
    const chunks: Buffer[] = []
    for await (const chunk of socket) chunks.push(chunk)
    const parsed = parseAnswer(Buffer.concat(chunks), 'GET', true)
    if (parsed === undefined) throw new Error('no answer')
    return parsed.answer
  }

  await t.test('a person logs in and lands on the page asked for, port and all', async t => {
    const browser = browserIn(t, house)
    const asked = house.at('app', '/a?b=1')
    const page = await browser.go(asked)
    t.equal(page.url.origin, house.at('auth').origin)
    const landed = await logIn(browser, house, 'bob', asked)
    t.equal(landed.url.href, asked.href)
    t.equal(landed.status, 200)
    t.strictSame(app.last('remote-user'), ['bob'])
    t.strictSame(app.last('x-forwarded-proto'), ['https'])
    t.strictSame(app.last('x-forwarded-host'), [`app.gatehouse.localhost:${port}`])
  })

  await t.test('the visitor is who NGINX saw, whatever X-Forwarded-For it was sent', async t => {
    const host = 'near.gatehouse.localhost'
    t.equal((await from('127.0.0.9', host)).status, 200)
    t.strictSame(app.last('x-forwarded-for'), ['127.0.0.9'])
    t.equal((await from('127.0.0.8', host)).status, 403)
    t.equal((await from('127.0.0.8', host, 'X-Forwarded-For: 127.0.0.9\r\n')).status, 403, 'a forged one')
    t.equal((await from('127.0.0.9', host, 'X-Forwarded-For: 10.1.1.1, junk\r\n')).status, 200)
    t.strictSame(app.last('x-forwarded-for'), ['127.0.0.9'])
  })

  await t.test('nobody gets in by asking the plain listener as someone else', async t => {
    app.clear()
    const answer = await from(
      '127.0.0.8',
      'app.gatehouse.localhost',
      'Remote-User: admin\r\nX-Forwarded-Proto: https\r\n',
    )
    t.equal(answer.status, 401)
    t.strictSame(app.seen, [])
  })
})
