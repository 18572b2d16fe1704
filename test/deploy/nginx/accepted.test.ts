import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { ROOT } from '../../house/files.ts'
import { without } from '../../support/programs.ts'
import { complaints } from './rendered.ts'

const AUTHELIA = 'domain: example.com\nauthelia: { url: "http://127.0.0.1:9091" }\n'
const PORTAL = 'domain: example.com\nportal: { users: users.yml }\n'
const CAM = 'apps: { cam: { upstream: "http://127.0.0.1:8080" } }\n'
const custom = (name: string, url: string, more: string): string =>
  `  ${name}: { kind: custom, url: "${url}", client: { redirect_uris: "${url}/callback" }, ${more} }\n`
const LONG = `${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.example.com`

/** Every shape of house, by what it shows. */
const HOUSES: readonly (readonly [what: string, yml: string])[] = [
  ['the smallest house', AUTHELIA + CAM],
  ['the built-in portal', PORTAL + CAM],
  ['another port for browsers', `${AUTHELIA}public_port: 8443\n${CAM}`],
  [
    'the portal on a port of its own',
    `domain: example.com\nauthelia: { url: "http://127.0.0.1:9091", portal: "https://auth.example.com:9443" }\n${CAM}`,
  ],
  ['Authelia by TLS', `domain: example.com\nauthelia: { url: "https://localhost:9091" }\n${CAM}`],
  ['Authelia elsewhere', `domain: example.com\nauthelia: { url: "https://auth.example.com" }\n${CAM}`],
  ['no IPv6', `${AUTHELIA}${CAM}deploy: { nginx: { ipv6: false } }\n`],
  ['chosen addresses', `${AUTHELIA}${CAM}deploy: { nginx: { addresses: [127.0.0.1, "::1"] } }\n`],
  [
    'no redirect, no HSTS, a limit',
    `${AUTHELIA}${CAM}deploy: { nginx: { redirect_port: 0, hsts: 0s, max_upload: 2g } }\n`,
  ],
  ['a socket', `${AUTHELIA}listen: [{ unix: "/run/gatehouse/a b;{}.sock" }]\n${CAM}`],
  ['every address', `${AUTHELIA}listen: [{ address: "[::]:9080" }]\ntrusted_proxies: ["::1/128"]\n${CAM}`],
  [
    'the forward-auth door alone',
    `${AUTHELIA}listen: [{ address: 127.0.0.1:9081, door: forward_auth }]
apps:
  cam: { hosts: [cam.example.com, porch.example.com], upstream: "http://127.0.0.1:8080" }
  stats: { upstream: "https://localhost:3000", identity_headers: { X-WEBAUTH-USER: user, Remote-Groups: groups } }
`,
  ],
  ['an app called portal', `${AUTHELIA}apps: { portal: { upstream: "http://127.0.0.1:8080" } }\n`],
  [
    'apps that sign in themselves',
    `${AUTHELIA}${CAM}oidc_apps:
${custom('wiki', 'https://wiki.example.com', 'upstream: "http://127.0.0.1:8081"')}${custom('pve', 'https://pve.example.com:8006', 'upstream: "https://127.0.0.1:18006", upstream_tls: { insecure_skip_verify: true }')}${custom('git', 'https://home.example.com/git', 'upstream: "unix:/run/git web.sock"')}${custom('notes', 'https://home.example.com/notes', 'upstream: "https://localhost:8443"')}${custom('far', 'https://far.example.net', '')}`,
  ],
  [
    'an upstream that is asked for by name',
    `${AUTHELIA}oidc_apps:\n${custom('wiki', 'https://wiki.example.com', 'upstream: "https://wiki.internal:8081"')}deploy: { nginx: { resolver: 127.0.0.11 } }\n`,
  ],
  [
    'a name of 198 letters',
    `${AUTHELIA}apps: { cam: { host: ${LONG}, upstream: "http://127.0.0.1:8080" } }\n`,
  ],
  [
    'three hundred apps',
    `${AUTHELIA}apps:\n${Array.from({ length: 300 }, (_, n) => `  a${n}: { upstream: "http://127.0.0.1:8080" }\n`).join('')}`,
  ],
]

t.test('NGINX accepts every house, and has nothing to say of it', { skip: without('nginx') }, async t => {
  for (const [what, yml] of HOUSES) t.equal(await complaints(t, yml), '', what)
})

t.test('and the golden ones', { skip: without('nginx') }, async t => {
  const folder = join(ROOT, 'test', 'golden', 'house')
  const cases = readdirSync(folder, { withFileTypes: true }).filter(entry => entry.isDirectory())
  for (const { name } of cases)
    t.equal(await complaints(t, readFileSync(join(folder, name, 'gatehouse.yml'), 'utf8')), '', name)
})

t.test("beside Debian's own first site", { skip: without('nginx') }, async t => {
  const debian = 'server { listen 80 default_server; listen [::]:80 default_server; server_name _; }'
  t.equal(await complaints(t, AUTHELIA + CAM, `${debian} include SITES;`), '')
})

t.test(
  'a second default server for the same port is a fault that NGINX names',
  { skip: without('nginx') },
  async t => {
    const other = 'server { listen 443 ssl http2 default_server; ssl_reject_handshake on; }'
    t.match(
      await complaints(t, AUTHELIA + CAM, `${other} include SITES;`),
      /duplicate default server for 0\.0\.0\.0:443/,
    )
  },
)
