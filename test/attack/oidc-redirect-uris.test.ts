/** Redirect URIs of an owner's own: none over which a code would travel in the clear, or run as a script. */
import t from 'tap'
import { oidcApp } from '../../src/config/schema/oidc-app.ts'

const taken = (change: object): boolean =>
  oidcApp.safeParse({ kind: 'custom', url: 'https://app.example.com', ...change }).success

const URIS: readonly (readonly [uri: string, fine: boolean])[] = [
  ['https://app.example.com/cb', true],
  ['http://localhost:8080/cb', true],
  ['http://127.0.0.1/cb', true],
  ['app.immich:///oauth-callback', true],
  ['http://app.example.com/cb', false],
  ['http://localhost.example.com/cb', false],
  ['http:/app.example.com/cb', false],
  ['https:/app.example.com/cb', false],
  ['javascript:/x/;alert(1)', false],
  ['data:/text/html,x', false],
  ['file:///etc/passwd', false],
]

for (const [uri, fine] of URIS) t.equal(taken({ client: { redirect_uris: [uri] } }), fine, uri)

t.ok(taken({ groups: ['Mum\'s "VIPs"'] }))
t.notOk(taken({ groups: ['family\nadmins'] }), 'a line break in a name would begin a line of a file')
