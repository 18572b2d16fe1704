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

/** Opens it. The door says yes to everything, for `life` seconds; @param locations what stands beside `location /` */
export async function openNginxStub(
  t: Test,
  options: { readonly cache?: boolean; readonly life?: number; readonly locations?: string } = {},
): Promise<NginxStub> {
  const { cache = false, life = 60, locations = '' } = options
  const door = await recordingUpstream(t, (request, response) => {
    const whose = /authelia_session=([^;]*)/.exec(request.headers.cookie ?? '')?.[1] ?? ''
    response.writeHead(200, {
      'X-Accel-Expires': String(life),
      'Cache-Control': 'no-store',
      'Remote-User': whose,
    })
    response.end('200 OK')
  })
  const app = await recordingUpstream(t)
  const port = await freePort(0)
  const port2 = await freePort(0)
  await startNginx(t, {
    folder: join(t.testdir(), 'nginx'),
    doorPort: door.port,
    cache,
    http: 'keepalive_requests 1000000;',
    sites: `server {
      listen 127.0.0.1:${port}; listen 127.0.0.1:${port2} http2; server_name stub.example.com;
      include gatehouse/site${cache ? '-cached' : ''}.conf;
      location / { include gatehouse/protect.conf; proxy_pass ${app.origin}; }
      ${locations}
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
