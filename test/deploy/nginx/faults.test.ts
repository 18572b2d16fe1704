import t from 'tap'
import { renderedOf } from './rendered.ts'

const AUTHELIA = 'domain: example.com\nauthelia: { url: "http://127.0.0.1:9091" }\n'
const CAM = 'apps: { cam: { upstream: "http://127.0.0.1:8080" } }\n'
const ASKED = 'listen: [{ address: 127.0.0.1:9081, door: forward_auth }]\n'
const wiki = (more: string, url = 'https://wiki.example.com'): string =>
  `oidc_apps: { wiki: { kind: custom, url: "${url}", client: { redirect_uris: "https://w/c" }, ${more} } }\n`

/** What NGINX cannot do, what is said of it, and what to write instead. */
const FAULTS: readonly (readonly [what: string, yml: string, message: RegExp, hint: RegExp])[] = [
  [
    'a gateway that does not believe NGINX',
    `${AUTHELIA}trusted_proxies: [10.0.0.1/32]\n${CAM}`,
    /no listener trusts the address that NGINX comes from/,
    /trusted_proxies: \[127\.0\.0\.1\/32\]/,
  ],
  [
    'no way to the gateway',
    `${AUTHELIA}listen: [{ address: 127.0.0.1:0 }]\n${CAM}`,
    /NGINX has no way to the gateway/,
    /127\.0\.0\.1:9080/,
  ],
  [
    'the built-in portal without the proxy door',
    `domain: example.com\nportal: { users: users.yml }\n${ASKED}${CAM}`,
    /served through the proxy door/,
    /listen: /,
  ],
  [
    'a fingerprint',
    `${AUTHELIA}${wiki(`upstream: "https://10.0.0.7:8006", upstream_tls: { fingerprint: "${'ab'.repeat(32)}" }`)}`,
    /NGINX knows no fingerprints, and it is NGINX that goes to oidc_apps\.wiki/,
    /openssl s_client -connect 10\.0\.0\.7:8006 /,
  ],
  [
    'an address by TLS',
    `${AUTHELIA}${wiki('upstream: "https://10.0.0.7:8006"')}`,
    /checks the name in a certificate, and the upstream of oidc_apps\.wiki is an address/,
    /https:\/\/NAME:8006/,
  ],
  [
    'an app past the gateway',
    `${AUTHELIA}${CAM}${wiki('upstream: "http://127.0.0.1:1"', 'https://cam.example.com/wiki')}`,
    /oidc_apps\.wiki has the address of apps\.cam/,
    /a host of its own/,
  ],
  [
    'another Host without the proxy door',
    `${AUTHELIA}${ASKED}${CAM.replace('8080"', '8080", upstream_host: rewrite')}`,
    /"upstream_host: rewrite" of apps\.cam is for the proxy door/,
    /listen: /,
  ],
  [
    'a header that NGINX cannot read',
    `${AUTHELIA}${ASKED}${CAM.replace('8080"', '8080", identity_headers: { "X!User": user }')}`,
    /cannot pass on a header "X!User"/,
    /another name/,
  ],
]

t.test('what cannot be told to NGINX is said, with what to write instead', async t => {
  for (const [what, yml, message, hint] of FAULTS)
    t.throws(() => renderedOf(t, yml), { name: 'HouseError', message, hint }, what)
})
