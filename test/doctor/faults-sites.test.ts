/** Deliberate faults of certificates, NGINX and apps: the doctor names each, and only that. */

import { once } from 'node:events'
import { createServer } from 'node:http'
import t, { type Test } from 'tap'
import { without } from '../support/programs.ts'
import { goldenReport } from './golden.ts'
import { type Changes, DOMAIN, discoveryOf, type Home, openHome, troubles, visit } from './house.ts'
import { authorityIn, leaf, lonelyLeaf, root } from './leaf.ts'

interface Fault {
  readonly name: string
  /** What is broken, on purpose. */
  readonly changes: (home: Home, t: Test) => Changes | Promise<Changes>
  /** What the doctor finds that it does not find in the healthy house. */
  readonly finds: string
}

/** Replaces what stands in a text exactly once. */
function replacing(from: string, to: string): (text: string) => string {
  return text => {
    if (text.split(from).length !== 2) throw new Error(`"${from}" does not stand there once`)
    return text.replace(from, () => to)
  }
}

const portalOf = ({ ports }: Home): string => `https://auth.${DOMAIN}:${ports.nginx}`
const certificateFor = ({ leaf: { certificate, key } }: Home, host: string): RegExp =>
  new RegExp(
    `(server_name ${host}\\.${DOMAIN.replaceAll('.', '\\.')};\\s+ssl_certificate )${certificate}(; ssl_certificate_key )${key};`,
  )

function shows(home: Home, host: string, files: { certificate: string; key: string }): Changes {
  const pattern = certificateFor(home, host)
  return { sites: text => text.replace(pattern, `$1${files.certificate}$2${files.key};`) }
}

const discovery = (issuer: string): Changes => ({
  sites: text =>
    text.replace(
      'location / {',
      `location = /.well-known/openid-configuration { return 200 '${discoveryOf(issuer)}'; }\n    location / {`,
    ),
})

const redirect =
  (change: (right: string) => string) =>
  (home: Home, t: Test): Changes => {
    const right = home.login.redirect
    home.login.redirect = change(right)
    t.teardown(() => {
      home.login.redirect = right
    })
    return {}
  }

const FAULTS: readonly Fault[] = [
  {
    name: 'redirect-port',
    changes: redirect(uri => uri.replace(/:\d+$/, '')),
    finds: `fault redirect-uris pve.${DOMAIN}`,
  },
  {
    name: 'redirect-slash',
    changes: redirect(uri => `${uri}/`),
    finds: `fault redirect-uris pve.${DOMAIN}`,
  },
  {
    name: 'redirect-index-php',
    changes: (home, t) => {
      const listed = `${home.login.redirect}/index.php/apps/user_oidc/code`
      redirect(uri => `${uri}/apps/user_oidc/code`)(home, t)
      return { yml: yml => yml.replace(/redirect_uris: \['[^']+'\]/, `redirect_uris: ['${listed}']`) }
    },
    finds: `fault redirect-uris pve.${DOMAIN}`,
  },
  {
    name: 'issuer-example',
    changes: () => discovery('https://auth.example.com'),
    finds: `fault discovery auth.${DOMAIN}`,
  },
  {
    name: 'issuer-http',
    changes: home => discovery(portalOf(home).replace('https:', 'http:')),
    finds: `fault discovery auth.${DOMAIN}`,
  },
  {
    name: 'certificate-expired',
    changes: async home => {
      const by = await authorityIn(`${home.folder}/secrets/certificates`)
      return shows(home, 'cams', await leaf(home.folder, 'expired', by, [`cams.${DOMAIN}`], -3))
    },
    finds: `fault certificates cams.${DOMAIN}`,
  },
  {
    name: 'certificate-soon',
    changes: async home => {
      const by = await authorityIn(`${home.folder}/secrets/certificates`)
      return shows(home, 'cams', await leaf(home.folder, 'soon', by, [`cams.${DOMAIN}`], 5))
    },
    finds: `warning certificates cams.${DOMAIN}`,
  },
  {
    name: 'certificate-name',
    changes: async home => {
      const by = await authorityIn(`${home.folder}/secrets/certificates`)
      return shows(home, 'cams', await leaf(home.folder, 'name', by, [`camera.${DOMAIN}`], 60))
    },
    finds: `fault certificates cams.${DOMAIN}`,
  },
  {
    name: 'certificate-chain',
    changes: async home => {
      const by = await root()
      const files = await lonelyLeaf(home.folder, 'lonely', by, [`cams.${DOMAIN}`])
      return { ...shows(home, 'cams', files), outside: () => ({ trusted: () => [home.ca, by.pem] }) }
    },
    finds: `fault certificates cams.${DOMAIN}`,
  },
  {
    name: 'authority-not-trusted',
    changes: () => ({ outside: () => ({ trusted: () => [] }) }),
    finds: 'warning certificates',
  },
  {
    name: 'clock-off',
    changes: () => ({ outside: () => ({ clock: () => Date.now() - 300_000 }) }),
    finds: 'fault clock',
  },
  {
    name: 'app-on-the-network',
    changes: async (home, t) => {
      const app = createServer((_request, response) => response.end('hello')).listen(0, '0.0.0.0')
      await once(app, 'listening')
      t.teardown(() => void app.close())
      const { port } = app.address() as { port: number }
      return { yml: replacing(`:${home.ports.office}'`, `:${port}'`) }
    },
    finds: 'fault loopback apps.office',
  },
  {
    name: 'header-bypass',
    changes: ({ ports }) => ({
      sites: replacing(
        'location / { include gatehouse/protect.conf;',
        `location /api/ { auth_request off; proxy_pass http://127.0.0.1:${ports.cams}; }\n    location / { include gatehouse/protect.conf;`,
      ),
    }),
    finds: `fault forged-headers cams.${DOMAIN}`,
  },
  {
    name: 'header-passed-on',
    changes: () => ({
      sites: replacing(
        'location / { include gatehouse/protect.conf;',
        'location / { proxy_set_header Host $http_host; proxy_set_header Upgrade $gatehouse_upgrade; proxy_set_header Connection $gatehouse_connection;',
      ),
    }),
    finds: `fault forged-headers cams.${DOMAIN}`,
  },
  {
    name: 'body-size',
    changes: () => ({ sites: replacing('client_max_body_size 0; proxy_buffer_size', 'proxy_buffer_size') }),
    finds: `fault uploads office.${DOMAIN}`,
  },
  {
    name: 'no-upgrade',
    changes: () => ({
      sites: replacing(
        'proxy_set_header Upgrade $gatehouse_upgrade; proxy_set_header Connection $gatehouse_connection;',
        '',
      ),
    }),
    finds: `fault websocket office.${DOMAIN}`,
  },
  {
    name: 'small-buffers',
    changes: () => ({
      sites: replacing('proxy_buffer_size 16k; proxy_buffers 8 16k; proxy_busy_buffers_size 32k;', ''),
    }),
    finds: `warning header-buffers office.${DOMAIN}`,
  },
  {
    name: 'login-loop-cookie',
    changes: () => ({
      sites: text =>
        text.replace(
          /(server_name office[\s\S]*?location \/ \{)/,
          `$1 proxy_cookie_domain ${DOMAIN} office.${DOMAIN};`,
        ),
    }),
    finds: 'fault login',
  },
  {
    name: 'login-loop-portal',
    changes: () => ({
      sites: text =>
        text.replace(
          'location / {',
          `location = / { return 302 https://office.${DOMAIN}:$server_port/; }\n    location / {`,
        ),
    }),
    finds: 'fault login',
  },
]

t.test('each deliberate fault is named, and only that', { skip: without('nginx') }, async t => {
  const home = await openHome(t)
  for (const { name, changes, finds } of FAULTS) {
    await t.test(name, async t => {
      const report = await visit(t, home, await changes(home, t))
      const found = troubles(report)
      t.ok(found.length > 0, 'something is found')
      t.strictSame(
        found.filter(line => !line.startsWith(finds)),
        [],
        'nothing else is',
      )
      goldenReport(t, name, home, report)
    })
  }
})
