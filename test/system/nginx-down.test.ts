/** Behind NGINX: the gateway stopped and back, an app that is down, and what sites set for their apps that must not open a door. */
import t from 'tap'
import { freePort } from '../../src/demo/port.ts'
import { browserIn, logIn, serve } from '../support/house.ts'
import { openNginxHome, siteOf } from '../support/nginx-home.ts'
import { without } from '../support/programs.ts'
import { bytes, raw } from '../support/raw.ts'

const skip = without('nginx')
const PAGE = ['Accept', 'text/html'] as const

t.test('the gateway is stopped, and comes back', { skip }, async t => {
  for (const cache of [false, true]) {
    // What many sites have: pages of their own for errors, and a cache for their apps. Neither is a yes.
    const home = await openNginxHome(t, {
      cache,
      http: `proxy_cache_path cache-of-the-site keys_zone=site:1m; proxy_cache site; proxy_cache_key $uri;
        proxy_cache_valid any 10m; proxy_cache_use_stale error timeout http_500 updating;
        proxy_ignore_headers Cache-Control Set-Cookie; proxy_intercept_errors on;`,
      servers: facts =>
        siteOf(
          facts,
          'app.gatehouse.localhost',
          `error_page 401 403 404 500 502 503 504 =200 /sorry.html;
          location = /sorry.html { auth_request off; return 200 "the site's own"; }
          location / { include gatehouse/protect.conf; proxy_pass ${facts.app.origin}; }`,
        ),
    })
    const cookie = ['Cookie', `authelia_session=${home.session('bob')}`] as const
    t.equal((await home.ask('GET /x', 'app', [cookie])).status, 200)
    t.equal(
      (await home.ask('GET /x', 'app', [PAGE])).status,
      302,
      "the site's cache gives nobody bob's verdict",
    )
    t.equal((await home.ask('GET /x', 'other')).status, 401)
    t.equal((await home.ask('GET /x', 'app', [cookie])).status, 200)

    home.served.program.child.kill('SIGTERM')
    await home.served.program.gone
    home.app.clear()
    for (const [line, sent] of [
      ['GET /y', [PAGE]],
      ['GET /y', [PAGE, cookie]],
      ['POST /y', [cookie, ['Content-Length', '0']]],
      ['GET /.gatehouse/sign-out', [PAGE, cookie]],
    ] as const) {
      const down = await home.ask(line, 'app', sent)
      t.equal(down.status, 503, line)
      t.equal(down.header('retry-after'), '5')
      t.match(down.header('content-type'), 'text/plain')
      t.match(down.body, 'nobody can be let in')
    }
    t.strictSame(home.app.seen, [], 'nothing passed')
  }
})

t.test('the same door again, after a moment away', { skip }, async t => {
  const doorPort = await freePort(0)
  const home = await openNginxHome(t, { doorPort })
  const before = home.served.program
  before.child.kill('SIGTERM')
  await before.gone
  t.equal((await home.ask('GET /', 'open')).status, 503)
  await serve(t, home.house)
  t.equal((await home.ask('GET /', 'open')).status, 200, 'without a reload of NGINX')
  const browser = browserIn(t, home.house)
  const asked = home.house.at('open', '/y')
  t.equal((await browser.go(asked)).status, 200)
})

t.test('an app that is down is a 502 and no login', { skip }, async t => {
  const home = await openNginxHome(t)
  const cookie = ['Cookie', `authelia_session=${home.session('bob')}`] as const
  await home.app.close()
  for (const sent of [[PAGE, cookie], [cookie]]) {
    const down = await home.ask('GET /', 'app', sent)
    t.equal(down.status, 502)
    t.equal(down.header('location'), undefined)
  }
  t.equal((await home.ask('GET /', 'app', [PAGE])).status, 302, 'who has no session is still told to log in')
})

t.test("Authelia's own snippets, with nothing but the port changed", { skip }, async t => {
  const home = await openNginxHome(t, {
    servers: facts =>
      siteOf(facts, 'app.gatehouse.localhost', 'OWN').replace(
        /include gatehouse\/site\.conf;\s*OWN/,
        `set $upstream_authelia http://127.0.0.1:${facts.doorPort}/api/authz/auth-request;
        location /internal/authelia/authz {
          internal;
          proxy_pass $upstream_authelia;
          proxy_set_header X-Original-Method $request_method;
          proxy_set_header X-Original-URL $scheme://$http_host$request_uri;
          proxy_set_header X-Forwarded-For $remote_addr;
          proxy_set_header Content-Length "";
          proxy_set_header Connection "";
          proxy_pass_request_body off;
          proxy_http_version 1.1;
        }
        location / {
          auth_request /internal/authelia/authz;
          auth_request_set $user $upstream_http_remote_user;
          auth_request_set $groups $upstream_http_remote_groups;
          auth_request_set $redirection_url $upstream_http_location;
          error_page 401 =302 $redirection_url;
          proxy_set_header Remote-User $user;
          proxy_set_header Remote-Groups $groups;
          proxy_set_header Host $http_host;
          proxy_pass ${facts.app.origin};
        }`,
      ),
  })
  const cookie = ['Cookie', `authelia_session=${home.session('bob')}`] as const
  const asked = home.house.at('app', '/a?b=1')
  const landed = await logIn(home.fresh(t), home.house, 'bob', asked)
  t.match(landed, { status: 200, url: { href: asked.href } }, 'a login, and back to the page')
  t.strictSame([home.app.last('remote-user'), home.app.last('remote-groups')], [['bob'], ['family']])
  const forged = [
    ['Remote-User', 'root'],
    ['X-Forwarded-Host', 'open.gatehouse.localhost'],
  ] as const
  t.equal((await home.ask('GET /', 'app', forged)).status, 302)
  const admin = bytes('GET /', [['Host', `admin.gatehouse.localhost:${home.port}`], cookie])
  t.equal((await raw(home.site('admin'), admin)).status, 403)
})
