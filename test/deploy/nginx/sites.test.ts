import t from 'tap'
import type { Listener } from '../../../src/config/model.ts'
import { nginxFiles, nginxLinks } from '../../../src/deploy/nginx/files.ts'
import type { House } from '../../../src/deploy/types.ts'
import { houseOf } from '../houses.ts'
import { fileIn, renderedOf } from './rendered.ts'
import { all, directives } from './tokens.ts'

const AUTHELIA = 'domain: example.com\nauthelia: { url: "http://127.0.0.1:9091" }\n'
const CAM = 'apps: { cam: { upstream: "http://127.0.0.1:8080" } }\n'
const oidc = (name: string, url: string, more: string): string =>
  `  ${name}: { kind: custom, url: "${url}", client: { redirect_uris: "${url}/callback" }, ${more} }\n`
const APPS = `oidc_apps:\n${oidc('wiki', 'https://wiki.example.com:8443/w', 'upstream: "http://127.0.0.1:8081"')}`

/** The words of a directive, wherever it stands in a rendered file. */
const said = (text: string, name: string): string[] =>
  all(directives(text), name).map(words => words.join(' '))

t.test('a header app goes through the proxy door', async t => {
  const files = renderedOf(t, AUTHELIA + CAM)
  const cam = fileIn(files, 'sites/cam.conf')
  t.match(cam, /include \/etc\/gatehouse\/house\/current\/nginx\/snippets\/proxy-door\.conf;/)
  t.notMatch(cam, /protect\.conf;|127\.0\.0\.1:8080/, 'and NGINX does not know where the app is')
  t.strictSame(said(cam, 'server_name'), ['cam.example.com'])
})

t.test('without a proxy door NGINX goes to the app and asks, one server a host', async t => {
  const files = renderedOf(
    t,
    `${AUTHELIA}listen: [{ address: 127.0.0.1:9099, door: forward_auth }]
apps: { cam: { hosts: [cam.example.com, porch.example.com], upstream: "http://127.0.0.1:8080", identity_headers: { X-WEBAUTH-USER: user } } }\n`,
  )
  const cam = fileIn(files, 'sites/cam.conf')
  t.strictSame(said(cam, 'server_name'), ['cam.example.com', 'porch.example.com'])
  t.match(cam, /snippets\/site\.conf;[\s\S]*snippets\/protect\.conf;/)
  t.strictSame(said(cam, 'proxy_set_header')[0], 'X-WEBAUTH-USER $gatehouse_is_x_webauth_user')
  t.match(fileIn(files, 'snippets/gatehouse.conf'), /server 127\.0\.0\.1:9099;/)
})

t.test('where the gateway listens, and what its cookie is called', async t => {
  const doors: readonly (readonly [listen: string, server: string])[] = [
    ['{ address: 127.0.0.1:9080 }', '127.0.0.1:9080'],
    ['{ address: 0.0.0.0:9080 }', '127.0.0.1:9080'],
    ['{ address: "[::1]:9080" }', '[::1]:9080'],
    ['{ unix: /run/gatehouse/proxy.sock }', 'unix:/run/gatehouse/proxy.sock'],
    ['{ address: 127.0.0.1:9081, door: forward_auth }, { address: 127.0.0.1:9082 }', '127.0.0.1:9082'],
  ]
  for (const [listen, server] of doors) {
    const top = `trusted_proxies: [127.0.0.1/32, "::1/128"]\nlisten: [${listen}]\n`
    const yml = AUTHELIA.replace('9091"', '9091", cookie: house_session') + top + CAM
    const text = fileIn(renderedOf(t, yml), 'snippets/gatehouse.conf')
    t.match(text, `upstream gatehouse_proxy {\n    server ${server};`, listen)
    t.match(text, 'default house_session;')
  }
})

t.test("Authelia's login page goes through the gateway, OpenID Connect past it", async t => {
  const portal = fileIn(renderedOf(t, AUTHELIA + CAM + APPS), 'sites/portal.conf')
  for (const path of ['/api/oidc/', '/.well-known/', '/jwks.json'])
    t.match(
      portal,
      new RegExp(
        `location \\^~ ${path} \\{\\n +include [^\\n]*authelia\\.conf;\\n +proxy_pass http://gatehouse_authelia;`,
      ),
    )
  t.match(portal, /location \/ \{\n +include [^\n]*proxy-door\.conf;/)
  t.match(
    portal,
    /location @gatehouse_down \{\n +include [^\n]*authelia\.conf;/,
    'Authelia itself, where the gateway is down',
  )
  t.match(portal, /location \^~ \/api\/authz\/ \{\n +return 404;/)
  t.notMatch(
    fileIn(renderedOf(t, AUTHELIA + CAM), 'sites/portal.conf'),
    /api\/oidc/,
    'only where there is an app for it',
  )
})

t.test('ports: each has a server for strangers, and a host is sent to its own', async t => {
  const files = renderedOf(t, `${AUTHELIA}public_port: 4443\n${CAM}${APPS}`)
  const strangers = fileIn(files, 'strangers.conf')
  t.strictSame(
    said(strangers, 'listen').filter(line => line.includes('default_server')),
    ['443', '4443', '8443'].flatMap(port => [
      `${port} ssl http2 default_server`,
      `[::]:${port} ssl http2 default_server`,
    ]),
  )
  t.match(strangers, /server_name wiki\.example\.com;\n[\s\S]*return 301 https:\/\/\$host:8443\$request_uri;/)
  t.match(strangers, /server_name cam\.example\.com;\n[\s\S]*return 301 https:\/\/\$host:4443\$request_uri;/)
})

t.test('two apps below one host have one server', async t => {
  const two = `oidc_apps:\n${oidc('git', 'https://home.example.com/git', 'upstream: "http://127.0.0.1:1"')}${oidc('wiki', 'https://home.example.com', 'upstream: "http://127.0.0.1:2"')}`
  const files = renderedOf(t, AUTHELIA + two)
  t.equal(fileIn(files, 'sites/wiki.conf'), '')
  const git = fileIn(files, 'sites/git.conf')
  for (const head of ['location = /git {', 'location ^~ /git/ {', 'location / {']) t.match(git, head)
})

t.test(
  'an app with OpenID Connect that has no upstream has no site, and nothing is redirected to it',
  async t => {
    const files = renderedOf(t, `${AUTHELIA}${CAM}oidc_apps:\n${oidc('far', 'https://far.example.net', '')}`)
    t.notMatch(files.map(({ content }) => content).join(), 'far.example.net')
  },
)

t.test('certificates that something else renews, and the way by which it may', async t => {
  const yml = `${AUTHELIA}${CAM}deploy: { certificates: { from: files, certificate: /etc/ssl/a.pem, key: certs/a.key } }\n`
  const files = renderedOf(t, yml)
  t.strictSame(said(fileIn(files, 'sites/cam.conf'), 'ssl_certificate'), ['/etc/ssl/a.pem'])
  t.strictSame(said(fileIn(files, 'sites/cam.conf'), 'ssl_certificate_key'), ['/etc/gatehouse/certs/a.key'])
  t.match(fileIn(files, 'strangers.conf'), 'acme-challenge')
})

t.test('a gateway that speaks TLS with the browsers itself needs no NGINX', async t => {
  const tls = [{ certificate: '/c.pem', key: '/k.pem' }]
  const secure = { address: { host: '0.0.0.0', port: 443 }, door: 'proxy', tls, trusted_proxies: [] } as const
  const facing = (yml: string, ...more: Listener[]): House => {
    const house = houseOf(t, yml)
    return { ...house, config: { ...house.config, listen: [secure, ...more] } }
  }
  t.strictSame(nginxFiles(facing(AUTHELIA + CAM)), [])
  t.strictSame(nginxLinks(facing(AUTHELIA + CAM)), [])
  t.strictSame(nginxFiles(facing(AUTHELIA + CAM, ...houseOf(t, AUTHELIA + CAM).config.listen)), [])
  t.throws(
    () => nginxFiles(facing(AUTHELIA + CAM + APPS)),
    /speaks TLS with the browsers itself, so no NGINX stands in front of oidc_apps\.wiki/,
  )
})
