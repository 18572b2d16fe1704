/** NGINX with the snippets between a door and an app that are no more than recorders: who is told what. */
import { join } from 'node:path'
import { freePort } from '../../src/demo/port.ts'
import { startNginx } from './nginx.ts'
import { type Recorded, type RecordingUpstream, recordingUpstream, valuesOf } from './upstream.ts'

interface Test {
  teardown(fn: () => unknown): void
  testdir(): string
}

export interface NginxStub {
  readonly door: RecordingUpstream
  readonly app: RecordingUpstream
  /** Plain http; one server, stub.example.com, with the cache or without. */
  readonly port: number
  /** The same for HTTP/2 without TLS. */
  readonly port2: number
  /** The questions that the door was asked, less the fetching of refusals. */
  questions(): Recorded[]
}

export interface StubOptions {
  readonly cache?: boolean
  /** Seconds that the door lets its yes be kept. */
  readonly life?: number
  /** What stands beside `location /`, and the server's names. */
  readonly locations?: string
  readonly names?: string
  /** How the app answers, if not with what it received. */
  readonly answer?: Parameters<typeof recordingUpstream>[1]
}

/** Opens it. The door says yes to everything: as the user that the session's value names. */
export async function openNginxStub(t: Test, options: StubOptions = {}): Promise<NginxStub> {
  const { cache = false, life = 60, locations = '', names = 'stub.example.com' } = options
  const door = await recordingUpstream(t, (request, response) => {
    const whose = /authelia_session=([^;]*)/.exec(request.headers.cookie ?? '')?.[1] ?? ''
    response.writeHead(200, {
      'X-Accel-Expires': String(life),
      'Cache-Control': 'no-store',
      'Remote-User': whose,
    })
    response.end('200 OK')
  })
  const app = await recordingUpstream(t, options.answer)
  const port = await freePort(0)
  const port2 = await freePort(0)
  await startNginx(t, {
    folder: join(t.testdir(), 'nginx'),
    doorPort: door.port,
    cache,
    http: 'keepalive_requests 1000000;',
    sites: `server {
      listen 127.0.0.1:${port}; listen 127.0.0.1:${port2} http2; server_name ${names};
      include gatehouse/site${cache ? '-cached' : ''}.conf;
      ${locations.replaceAll('APP', app.origin)}
      location / { include gatehouse/protect.conf; proxy_pass ${app.origin}; }
    }`,
  })
  const questions = () => door.seen.filter(({ target }) => target === '/api/authz/auth-request')
  return { door, app, port, port2, questions }
}

/** The one value of a header, or the text `none`, or all of several. */
export function one(recorded: Recorded | undefined, name: string): string {
  const values = valuesOf(recorded?.rawHeaders ?? [], name)
  return values.length === 0 ? 'none' : values.join(' AND ')
}
