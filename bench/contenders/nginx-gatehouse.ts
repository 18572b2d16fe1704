import { startGateway } from '../lib/gateway.ts'
import { pool, startNginx, TO_APP } from '../lib/nginx.ts'
import { HOST, startAuthority } from '../lib/portal.ts'
import type { Contender } from '../lib/types.ts'

type Kind = 'cached' | 'asking'

const HEADERS = ['user', 'groups', 'name', 'email'] as const

const CACHE = `proxy_cache verdicts; proxy_cache_key $cookie_authelia_session|$request_method|$scheme|$http_host|$request_uri|$remote_addr;
      proxy_cache_bypass $http_authorization; proxy_no_cache $http_authorization; proxy_cache_valid 200 2s;`

const site = (kind: Kind, port: number, folder: string, upstream: number, gatehouse: number): string => `
  ${pool('app', upstream)}
  ${pool('gatehouse', gatehouse)}
  ${kind === 'cached' ? `proxy_cache_path ${folder}/verdicts keys_zone=verdicts:8m max_size=64m inactive=1m use_temp_path=off;` : ''}
  server {
    listen 127.0.0.1:${port};
    location = /gatehouse/authz {
      internal;
      proxy_pass http://gatehouse/api/authz/auth-request;
      proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_set_header X-Original-Method $request_method;
      proxy_set_header X-Original-URL https://$http_host$request_uri;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header Content-Length ""; proxy_pass_request_body off;
      ${kind === 'cached' ? CACHE : ''}
    }
    location / {
      auth_request /gatehouse/authz;
      ${HEADERS.map(name => `auth_request_set $${name} $upstream_http_remote_${name}; proxy_set_header Remote-${name} $${name};`).join('\n      ')}
      ${TO_APP}
    }
  }`

/** What those have who keep their NGINX: its verdicts come from Gatehouse's forward-auth door. */
export const nginxGatehouse = (kind: Kind): Contender => ({
  id: kind === 'cached' ? 'nginx-gatehouse-cached' : 'nginx-gatehouse',
  title: `NGINX + Gatehouse, ${kind === 'cached' ? "NGINX's verdict cache on" : 'every request asked'}`,
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
