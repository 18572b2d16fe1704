import { pool, startNginx, TO_APP } from '../lib/nginx.ts'
import { type AuthorityName, HOST, startAuthority } from '../lib/portal.ts'
import type { Contender } from '../lib/types.ts'

/** The site that Authelia's documentation shows, with connections to it kept: that is the peer at its best. */
const site = (port: number, upstream: number, authority: number): string => `${pool('app', upstream)}
  ${pool('authority', authority)}
  server {
    listen 127.0.0.1:${port};
    location = /internal/authelia/authz {
      internal;
      proxy_pass http://authority/api/authz/auth-request;
      proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_set_header X-Original-Method $request_method;
      proxy_set_header X-Original-URL https://$http_host$request_uri;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header Content-Length ""; proxy_pass_request_body off;
      proxy_buffers 4 32k; client_body_buffer_size 128k;
    }
    location / {
      auth_request /internal/authelia/authz;
      auth_request_set $user $upstream_http_remote_user;
      auth_request_set $groups $upstream_http_remote_groups;
      auth_request_set $name $upstream_http_remote_name;
      auth_request_set $email $upstream_http_remote_email;
      auth_request_set $redirection_url $upstream_http_location;
      error_page 401 =302 $redirection_url;
      proxy_set_header Remote-User $user; proxy_set_header Remote-Groups $groups;
      proxy_set_header Remote-Name $name; proxy_set_header Remote-Email $email;
      ${TO_APP}
    }
  }`

/** What most homes have: every request is asked about, by NGINX, directly. */
export const nginxAsking = (name: AuthorityName): Contender => ({
  id: `nginx-${name}`,
  title: `NGINX + auth_request, ${name === 'portal' ? 'the built-in portal' : 'Authelia'}`,
  what: `NGINX asks ${name === 'portal' ? 'the built-in portal (a stand-in for Authelia)' : 'Authelia'} about every request`,
  async open(rig) {
    const authority = await startAuthority(rig, name)
    const { port, program } = await startNginx(rig, {
      name: `nginx-${name}`,
      core: rig.cores.contender,
      http: own => site(own, rig.upstream, authority.port),
    })
    return {
      port,
      headers: { Host: HOST, 'X-Forwarded-Proto': 'https', Cookie: await authority.signIn() },
      processes: { nginx: program.pid, [name]: authority.program.pid },
      told: 'Remote-User',
    }
  },
})
