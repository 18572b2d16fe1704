import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startGateway } from '../lib/gateway.ts'
import { pool, startNginx } from '../lib/nginx.ts'
import { HOST, startAuthority } from '../lib/portal.ts'
import { type Contender, LeftOut } from '../lib/types.ts'

type Kind = 'cached' | 'asking'

const SNIPPETS = join(import.meta.dirname, '..', '..', 'nginx')

/**
 * The shipped snippets, byte for byte but for three things: the port of the gateway, the folder of the cache, and
 * the scheme, since this bench has no TLS and the snippets take `$scheme`.
 */
function copySnippets(folder: string, gateway: number): void {
  if (!existsSync(SNIPPETS)) throw new LeftOut('the folder nginx, with the snippets, is not here')
  cpSync(SNIPPETS, join(folder, 'gatehouse'), { recursive: true })
  const change = (name: string, from: string, to: string): void => {
    const file = join(folder, 'gatehouse', name)
    const text = readFileSync(file, 'utf8')
    if (!text.includes(from)) throw new Error(`nginx/${name} has no ${from} any more`)
    writeFileSync(file, text.replaceAll(from, to))
  }
  change('gatehouse.conf', '127.0.0.1:9081', `127.0.0.1:${gateway}`)
  change('gatehouse.conf', '"$scheme://', '"https://')
  change('gatehouse-cache.conf', '/run/nginx-gatehouse', join(folder, 'verdicts'))
}

function site(kind: Kind, port: number, folder: string, upstream: number, gateway: number): string {
  copySnippets(folder, gateway)
  return `${pool('app', upstream)}
  include gatehouse/gatehouse.conf;
  ${kind === 'cached' ? 'include gatehouse/gatehouse-cache.conf;' : ''}
  server {
    listen 127.0.0.1:${port};
    server_name ${HOST};
    include gatehouse/${kind === 'cached' ? 'site-cached' : 'site'}.conf;
    location / {
      include gatehouse/protect.conf;
      proxy_pass http://app;
    }
  }`
}

/** What those have who keep their NGINX: its verdicts come from Gatehouse's forward-auth door. */
export const nginxGatehouse = (kind: Kind): Contender => ({
  id: kind === 'cached' ? 'nginx-gatehouse-cached' : 'nginx-gatehouse',
  title: `NGINX + Gatehouse, ${kind === 'cached' ? 'verdicts cached' : 'always asked'}`,
  what:
    kind === 'cached'
      ? 'NGINX asks the forward-auth door and keeps its 200s for as long as X-Accel-Expires says (2 s at most)'
      : 'NGINX asks the forward-auth door about every request; Gatehouse keeps verdicts for 2 s',
  async open(rig) {
    const authority = await startAuthority(rig, 'portal')
    const gateway = await startGateway(rig, { authority: authority.port, door: 'forward_auth' })
    const { port, program } = await startNginx(rig, {
      name: 'nginx-gatehouse',
      core: rig.cores.contender,
      http: (own, folder) => site(kind, own, folder, rig.upstream, gateway.port),
    })
    return {
      port,
      headers: { Host: HOST, 'X-Forwarded-Proto': 'https', Cookie: await authority.signIn() },
      processes: { nginx: program.pid, gatehouse: gateway.program.pid, portal: authority.program.pid },
      told: 'Remote-User',
    }
  },
})
