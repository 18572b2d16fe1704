/** What is judged without a house: NGINX's language, authorization requests, versions, redirect URIs. */
import t from 'tap'
import { span } from '../../src/doctor/checks/clock.ts'
import { difference } from '../../src/doctor/checks/redirect-uri-words.ts'
import { older } from '../../src/doctor/checks/versions.ts'
import { readDump } from '../../src/doctor/nginx/dump.ts'
import { locations, meansHost } from '../../src/doctor/nginx/locations.ts'
import { findRequest } from '../../src/doctor/seen/authorization-request.ts'
import { printable } from '../../src/doctor/text.ts'

const DUMP = `# configuration file /etc/nginx/nginx.conf:
http {
  proxy_set_header Host $host; # lost where a location has one of its own
  map "$a b" $c { default ""; "~^x{1,2}\\s" \${d}e; }
  upstream gatehouse { server 127.0.0.1:9081; server unix:/run/gate.sock; }
  include sites/*.conf;
}
# configuration file /etc/nginx/sites/a.conf:
server {
  server_name A.example.com *.b.example.com;
  set $app http://localhost:8080;
  location / { proxy_pass $app; }
  location /own/ { proxy_set_header X-Own "a; }b"; proxy_pass https://[::1]; }
  location = /q { internal; proxy_pass http://gatehouse/api; }
}
`

t.test('what nginx -T prints', async t => {
  const [front, own, question, ...rest] = locations(readDump(DUMP))
  t.equal(rest.length, 0)
  t.match(front, {
    names: ['a.example.com', '*.b.example.com'],
    path: '/',
    targets: ['127.0.0.1:8080'],
    file: '/etc/nginx/sites/a.conf',
    line: 4,
  })
  t.strictSame(front?.sets('host'), ['$host'], 'inherited')
  t.match(own, { targets: ['127.0.0.1:443'], https: true })
  t.strictSame(
    [own?.sets('Host'), own?.sets('X-Own')],
    [[], ['a; }b']],
    'one of its own makes the others void',
  )
  t.match(question, { internal: true, targets: ['127.0.0.1:9081', 'unix:/run/gate.sock'] })
  const names = front?.names ?? []
  t.strictSame(
    ['a.example.com', 'x.b.example.com', 'b.example.com', 'other.com'].map(host => meansHost(names, host)),
    [true, true, false, false],
  )
})

t.test('an authorization request, wherever it stands', async t => {
  const right =
    'https://auth.example.com/api/oidc/authorization?client_id=x&response_type=code&redirect_uri=y'
  const table: readonly [string, string][] = [
    ['a link on a page', `<a href="${right.replaceAll('&', '&amp;')}">Log in</a>`],
    ['settings in JSON', JSON.stringify({ url: right }).replaceAll('&', '\\u0026')],
    ['JSON of PHP', JSON.stringify({ url: right }).replaceAll('/', '\\/')],
  ]
  t.equal(findRequest(new URL(right), '')?.href, right, 'a redirect')
  for (const [name, body] of table) t.equal(findRequest(null, body)?.href, right, name)
  t.equal(findRequest(new URL('https://a.example.com/login'), '<p>client_id=</p>'), undefined)
})

t.test('in what two redirect URIs differ', async t => {
  const table: readonly [sent: string, listed: string, what: RegExp][] = [
    ['https://pve.example.com', 'https://pve.example.com:8006', /the port :8006 is missing/],
    ['https://pve.example.com:80', 'https://pve.example.com', /the port is :80/],
    ['http://a.example.com/x', 'https://a.example.com/x', /the scheme is http/],
    ['https://b.example.com/x', 'https://a.example.com/x', /the host is b\.example\.com/],
    ['https://a.example.com', 'https://a.example.com/', /the slash at the end is missing/],
    ['https://a.example.com/x/', 'https://a.example.com/x', /there is a slash at the end/],
    ['https://a.example.com/x', 'https://a.example.com/x/', /the slash at the end is missing/],
    ['https://a.example.com/index.php/x', 'https://a.example.com/x', /\/index\.php\/ stands in it/],
    ['https://a.example.com/x', 'https://a.example.com/index.php/x', /\/index\.php\/ is missing/],
    ['https://a.example.com/X', 'https://a.example.com/x', /small and capital/],
    ['https://a.example.com/y', 'https://a.example.com/x', /the path is \/y/],
    ['https://a.example.com/x?y=1', 'https://a.example.com/x', /follows the path/],
  ]
  for (const [sent, listed, what] of table)
    t.match(difference(new URL(sent), new URL(listed), sent).what, what, `${sent} for ${listed}`)
})

t.test('small words', async t => {
  t.strictSame(
    ['1.18.0', '1.19.3', '1.19.4', '1.22.1', '2.0'].map(version => older(version, '1.19.4')),
    [true, true, false, false, false],
  )
  t.strictSame([40_000, -300_000, 3_900_000 * 2].map(span), ['40 s', '5 min', '2 h 10 min'])
  t.equal(printable('a\u001b[2Jb\u202ec'), 'a?[2Jb?c', 'a server cannot move the cursor')
})
