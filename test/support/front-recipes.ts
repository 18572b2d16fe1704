/** The servers of docs/proxies as the tests run them. */
import type { Recipe } from './front.ts'

export const CADDY: Recipe = {
  program: 'caddy',
  file: 'docs/proxies/caddy/Caddyfile',
  replace: ({ hosts, portal, house, app, plainPort, doorPort }) => {
    const tls = `\ttls ${house.leafFile} ${house.keyFile}`
    const site = (names: readonly string[]): string =>
      `${names.map(one => `https://${one}`).join(', ')} {\n${tls}`
    return {
      // The first block of a Caddyfile is about Caddy itself.
      "# Gatehouse's forward-auth door":
        "{\n\tadmin off\n\tauto_https off\n}\n# Gatehouse's forward-auth door",
      'app.example.com {': site(hosts),
      'auth.example.com {': site([portal]),
      '127.0.0.1:8080': `127.0.0.1:${app}`,
      '127.0.0.1:9081': `127.0.0.1:${doorPort}`,
      '127.0.0.1:9091': `127.0.0.1:${plainPort}`,
    }
  },
  args: file => ['run', '--adapter', 'caddyfile', '--config', file],
  ready: /serving initial configuration/,
}

const HAPROXY = {
  program: 'haproxy',
  args: (file: string) => ['-W', '-db', '-f', file],
  ready: /Loading success/,
}

/** TLS at HAProxy, and all else at the proxy door. */
export const HAPROXY_PROXY_DOOR: Recipe = {
  ...HAPROXY,
  file: 'docs/proxies/haproxy/haproxy.cfg',
  replace: ({ port, bundle, portal, plainPort }) => ({
    ':443 ssl crt /etc/haproxy/example.com.pem': `127.0.0.1:${port} ssl crt ${bundle}`,
    'auth.example.com': portal,
    '127.0.0.1:9080': `127.0.0.1:${plainPort}`,
    '127.0.0.1:9091': `127.0.0.1:${plainPort}`,
  }),
}

/** Where the Lua files must be, which Debian has no package for: auth-request.lua and haproxy-lua-http/http.lua. */
export const LUA = '/etc/haproxy/lua'

/** The forward-auth door by the auth-request Lua. */
export const HAPROXY_LUA: Recipe = {
  ...HAPROXY,
  file: 'docs/proxies/haproxy/auth-request.cfg',
  replace: ({ port, bundle, hosts, portal, app, plainPort, doorPort }) => ({
    'app.example.com': hosts.join(' '),
    ':443 ssl crt /etc/haproxy/example.com.pem': `127.0.0.1:${port} ssl crt ${bundle}`,
    'auth.example.com': portal,
    '127.0.0.1:8080': `127.0.0.1:${app}`,
    '127.0.0.1:9081': `127.0.0.1:${doorPort}`,
    '127.0.0.1:9091': `127.0.0.1:${plainPort}`,
  }),
}
