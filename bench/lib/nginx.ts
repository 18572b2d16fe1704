/** NGINX as every contender that uses it has it: one worker, no log, connections kept on both sides. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { find } from '../../scripts/programs.ts'
import type { Running } from './stage.ts'
import { LeftOut, type Rig } from './types.ts'

/** Within one round no connection is ever closed for its age: that would be measured as the contender's. */
const KEEP = 'keepalive_requests 100000000; keepalive_timeout 10m;'

/** A server that NGINX passes on to, with connections kept. @param name for proxy_pass */
export function pool(name: string, port: number): string {
  return `upstream ${name} { server 127.0.0.1:${port}; keepalive 64; ${KEEP} }`
}

/** To the app, as everybody's documents do it. */
export const TO_APP = `proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $remote_addr; proxy_set_header X-Forwarded-Proto https;`

export interface Site {
  readonly name: string
  readonly core: number
  /** What stands in `http {}`. */
  readonly http: (port: number, folder: string) => string
}

export interface Nginx {
  readonly port: number
  readonly program: Running
}

/** Starts it, and waits until it listens. */
export async function startNginx({ stage }: Rig, { name, core, http }: Site): Promise<Nginx> {
  const nginx = find('nginx')
  if (nginx === undefined) throw new LeftOut('NGINX is not here')
  const folder = stage.folder(name)
  const port = await stage.port()
  const file = join(folder, 'nginx.conf')
  // As root a worker would become another user, who may not write here; there is nothing to protect.
  const user = process.getuid?.() === 0 ? 'user root;' : ''
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map(kind => `${kind}_temp_path ${folder}/${kind};`)
    .join(' ')
  writeFileSync(
    file,
    `daemon off; pcre_jit on; ${user} pid ${folder}/nginx.pid; error_log stderr error; worker_processes 1;
worker_rlimit_nofile 65536; events { worker_connections 30000; }
http {
  access_log off; tcp_nodelay on; ${KEEP}
  ${temporary}
  ${http(port, folder)}
}
`,
  )
  const program = stage.start(nginx, ['-c', file, '-p', folder, '-e', 'stderr'], { core })
  await stage.listens(program, port)
  return { port, program }
}

/** The page that everybody guards: 1 KB. */
export const PAGE = `<!doctype html><title>An app</title><p>${'It is a page of one kilobyte. '.repeat(40)}`
  .slice(0, 1019)
  .concat('</p>\n')

/**
 * The app: a second NGINX that does next to nothing for a request, and the same for all. `/told/<header>`
 * says what it was told of the visitor.
 */
export async function startApp(rig: Rig, core: number): Promise<Nginx> {
  return startNginx(rig, {
    name: 'app',
    core,
    http: port => `server {
    listen 127.0.0.1:${port} reuseport; default_type text/html;
    location = /told/Remote-User { return 200 "$http_remote_user"; }
    location = /told/X-Forwarded-User { return 200 "$http_x_forwarded_user"; }
    location / { return 200 '${PAGE}'; }
  }`,
  })
}
