/** `nginx -t` accepts every snippet in every combination, and the examples of their README. */
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openAuthority } from '../../src/demo/authority.ts'
import { checkNginx } from '../support/nginx.ts'
import { without } from '../support/programs.ts'

const skip = without('nginx')
const README = readFileSync(join(import.meta.dirname, '..', '..', 'nginx', 'README.md'), 'utf8')
const PORT = 9

let count = 0
/** @returns what `nginx -t` complains about; empty is nothing, warnings included */
function complaints(folder: string, sites: string, more: { http?: string; cache?: boolean } = {}): string {
  const own = mkdtempSync(join(folder, `${count++}-`))
  const { good, said } = checkNginx({ folder: own, doorPort: PORT, sites, ...more })
  const lines = said.split('\n').filter(line => /\[(?:warn|error|crit|alert|emerg)\]/.test(line))
  return good || lines.length > 0 ? lines.join('\n') : said
}

const server = (lines: string, name = 'app.example.com') =>
  `server { listen 127.0.0.1:18081; server_name ${name}; ${lines} }\n`
const PROTECTED = 'location / { include gatehouse/protect.conf; proxy_pass http://127.0.0.1:9; }'

t.test('nginx -t', { skip }, async t => {
  const folder = t.testdir()

  const fine: readonly (readonly [name: string, sites: string, cache?: boolean])[] = [
    ['nothing but gatehouse.conf', ''],
    ['both of http, and no site', '', true],
    ['a site', server(`include gatehouse/site.conf; ${PROTECTED}`)],
    ['a site with the cache', server(`include gatehouse/site-cached.conf; ${PROTECTED}`), true],
    ['a site without the cache beside it', server(`include gatehouse/site.conf; ${PROTECTED}`), true],
    [
      'several sites, some with the cache',
      server(`include gatehouse/site.conf; ${PROTECTED}`) +
        server(`include gatehouse/site-cached.conf; ${PROTECTED}`, 'two.example.com') +
        server(`include gatehouse/site-cached.conf; ${PROTECTED}`, '*.example.org'),
      true,
    ],
    [
      'locations of all kinds, one within another, one that forgot protect.conf',
      server(`include gatehouse/site.conf; ${PROTECTED}
        location = /exact { include gatehouse/protect.conf; proxy_pass http://127.0.0.1:9; }
        location ~ ^/x/([a-z]+)$ { include gatehouse/protect.conf; proxy_pass http://127.0.0.1:9; }
        location /outer/ { include gatehouse/protect.conf; proxy_pass http://127.0.0.1:9;
          location /outer/inner/ { include gatehouse/protect.conf; proxy_pass http://127.0.0.1:9; } }
        location /forgot/ { proxy_pass http://127.0.0.1:9; }`),
    ],
    [
      'a location with timeouts, sizes and headers of its own',
      server(`include gatehouse/site.conf;
        location / { include gatehouse/protect.conf; proxy_pass http://127.0.0.1:9; proxy_read_timeout 1d;
          client_max_body_size 10m; proxy_buffering on; proxy_http_version 1.0; proxy_intercept_errors on;
          proxy_request_buffering on; proxy_ignore_headers Cache-Control; proxy_hide_header X-Powered-By;
          error_page 502 /down.html; proxy_set_header X-Other 1; add_header X-More 1; }`),
    ],
  ]
  for (const [name, sites, cache] of fine)
    t.equal(complaints(folder, sites, { cache: cache === true }), '', name)

  const faults: readonly (readonly [name: string, expected: RegExp, sites: string, http?: string])[] = [
    [
      'the cache is not there',
      /zone "gatehouse" is unknown/,
      server(`include gatehouse/site-cached.conf; ${PROTECTED}`),
    ],
    [
      'headers with underscores are let in',
      /"underscores_in_headers" directive is duplicate/,
      '',
      'underscores_in_headers on;',
    ],
    [
      'headers with dots are let in by a server',
      /"ignore_invalid_headers" directive is duplicate/,
      server(`ignore_invalid_headers off; include gatehouse/site.conf; ${PROTECTED}`),
    ],
  ]
  for (const [name, expected, sites, http = ''] of faults)
    t.match(complaints(folder, sites, { http }), expected, `refused where ${name}`)
})

t.test('the README: its examples, its files', { skip }, async t => {
  const folder = t.testdir()
  const { leaf, leafKey } = await openAuthority(join(folder, 'authority'), 'example.com', Date.now())
  const blocks = [...README.matchAll(/```nginx\n([\s\S]*?)```/g)].map(([, block = '']) =>
    block
      .replaceAll('/etc/ssl/example.com.pem', leaf)
      .replaceAll('/etc/ssl/example.com.key', leafKey)
      .replaceAll('listen 443', 'listen 127.0.0.1:18081'),
  )
  t.ok(blocks.length >= 4)
  const servers = blocks.filter(block => block.startsWith('server'))
  const locations = blocks.filter(block => block.startsWith('location'))
  t.equal(servers.length + locations.length, blocks.length)
  t.equal(complaints(folder, servers.join('\n')), '', 'all servers beside each other')
  for (const location of locations)
    t.equal(complaints(folder, server(`include gatehouse/site.conf; ${location}`)), '', location)
  for (const name of readdirSync(join(import.meta.dirname, '..', '..', 'nginx')))
    if (name !== 'README.md') t.match(README, `| ${name}`, `${name} is explained`)
})
