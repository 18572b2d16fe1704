/** ingress-nginx#811: a large upload through NGINX and forward auth, streamed: no copy on the disk, no more memory than a small one. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { type NginxHome, openNginxHome, siteOf } from '../support/nginx-home.ts'
import { find, without } from '../support/programs.ts'
import { bytes, openRaw, type RawConnection } from '../support/raw.ts'

const MB = 1_048_576
const WHOLE = 2048 * MB
const PIECE = Buffer.alloc(MB)
/** What a process may need more than before, for buffers and connections. */
const ALLOWANCE = 64 * MB

/** The most memory that a process has had so far, in bytes. */
function peak(pid: number): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024
}

function workerOf(home: NginxHome): number {
  return Number(/start worker process (\d+)/.exec(home.nginx.said())?.[1])
}

/** Sends `length` bytes as fast as they are taken, or until an answer comes. @returns how many were sent */
async function pour(connection: RawConnection, length: number, frame?: (piece: Buffer) => Buffer[]) {
  let answered = false
  const over = Promise.race([once(connection.socket, 'data'), connection.closed]).then(() => {
    answered = true
  })
  let sent = 0
  while (sent < length && !answered) {
    const free = (frame?.(PIECE) ?? [PIECE]).map(part => connection.socket.write(part)).every(Boolean)
    sent += PIECE.length
    if (!free) await Promise.race([once(connection.socket, 'drain'), over])
  }
  return sent
}

t.setTimeout(400_000)

t.test('an upload of 2 GB, with the cache and without', { skip: without('nginx') }, async t => {
  const sink = createServer((request, response) => {
    let length = 0
    let onDisk = 0
    request.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length - chunk.length < WHOLE / 2 && length >= WHOLE / 2) onDisk = filesIn(bodies).length
    })
    request.on('end', () => response.end(`${length} ${onDisk} ${request.headers['remote-user']}`))
  })
  sink.listen(0, '127.0.0.1')
  await once(sink, 'listening')
  t.teardown(() => sink.closeAllConnections())
  t.teardown(() => sink.close())
  const { port } = sink.address() as AddressInfo
  let bodies = ''
  const filesIn = (folder: string): string[] =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(({ name }) => name)

  for (const cache of [false, true]) {
    const home = await openNginxHome(t, {
      cache,
      servers: facts =>
        siteOf(
          facts,
          'app.gatehouse.localhost',
          `location / { include gatehouse/protect.conf; proxy_pass http://127.0.0.1:${port}; }`,
        ),
    })
    bodies = join(home.house.folder, 'nginx', 'client_body')
    const host = ['Host', `app.gatehouse.localhost:${home.port}`] as const
    const cookie = ['Cookie', `authelia_session=${home.session('bob')}`] as const
    const length = ['Content-Length', String(WHOLE)] as const
    const chunked = ['Transfer-Encoding', 'chunked'] as const
    const gateway = home.served.program.child.pid ?? 0
    const before = [peak(workerOf(home)), peak(gateway)] as const

    if (!cache) {
      const connection = await openRaw(home.site('app'))
      const from = performance.now()
      connection.write(bytes('PUT /file', [host, cookie, length]))
      await pour(connection, WHOLE)
      t.match(
        await connection.answer(),
        { status: 200, body: `${WHOLE} 0 bob` },
        'it arrived whole, past the disk',
      )
      t.comment(`${(WHOLE / MB / ((performance.now() - from) / 1000)).toFixed(0)} MB/s`)
      connection.destroy()
    }
    const connection = await openRaw(home.site('app'))
    connection.write(bytes('POST /file', [host, cookie, chunked]))
    await pour(connection, 256 * MB, piece => [
      Buffer.from(`${piece.length.toString(16)}\r\n`),
      piece,
      Buffer.from('\r\n'),
    ])
    connection.write('0\r\n\r\n')
    t.match(await connection.answer(), { status: 200, body: `${256 * MB} 0 bob` }, 'chunked too')
    connection.destroy()

    for (const framing of [length, chunked]) {
      const refused = await openRaw(home.site('app'))
      refused.write(bytes('PUT /file', [host, framing]))
      const sent = await pour(
        refused,
        WHOLE,
        framing === length
          ? undefined
          : piece => [Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')],
      )
      t.equal((await refused.answer()).status, 401)
      t.ok(sent < 64 * MB, `a stranger is answered after ${sent / MB} MB`)
      refused.destroy()
    }
    t.strictSame(filesIn(bodies), [], 'no upload was written down')
    const grown = [peak(workerOf(home)) - before[0], peak(gateway) - before[1]] as const
    t.ok(grown[0] < ALLOWANCE, `NGINX grew by ${(grown[0] / MB).toFixed(1)} MB`)
    t.ok(grown[1] < ALLOWANCE, `the gateway grew by ${(grown[1] / MB).toFixed(1)} MB`)
  }
})

t.test(
  'curl uploads as people do, with Expect: 100-continue',
  { skip: without('nginx', 'curl') },
  async t => {
    const home = await openNginxHome(t)
    const upload = async (...more: string[]) => {
      const to = home.house.at('app', '/up')
      const args = [
        '-sS',
        '--max-time',
        '60',
        '--cacert',
        join(home.house.folder, 'authority', 'authority.pem'),
        '--resolve',
        `${to.hostname}:${to.port}:127.0.0.1`,
        '-H',
        'Expect: 100-continue',
        '-w',
        '%{http_code}',
        '-o',
        '/dev/null',
        ...more,
        '--data-binary',
        '@-',
        to.href,
      ]
      const child = spawn(find('curl') ?? 'curl', args, { stdio: ['pipe', 'pipe', 'inherit'] })
      child.stdin.on('error', () => {})
      child.stdin.end(Buffer.alloc(5 * MB))
      let said = ''
      child.stdout.on('data', part => {
        said += part
      })
      await once(child, 'close')
      return said
    }
    for (const version of ['--http1.1', '--http2']) {
      home.app.clear()
      t.equal(await upload(version), '401')
      t.strictSame(home.app.seen, [])
      t.equal(await upload(version, '-b', `authelia_session=${home.session('bob')}`), '200')
      t.equal(home.app.seen.at(-1)?.body.length, 5 * MB)
    }
  },
)
