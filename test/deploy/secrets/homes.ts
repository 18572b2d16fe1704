/** Configurations that want secrets. */
export const AUTHELIA = `domain: example.com
authelia: { url: http://127.0.0.1:9091 }
oidc_apps:
  cloud: { kind: custom, url: https://cloud.example.com, client: { redirect_uris: https://cloud.example.com/cb } }
  desk:
    kind: custom
    url: https://desk.example.com
    client: { redirect_uris: https://desk.example.com/, public: true }
`
export const PORTAL = AUTHELIA.replace(
  /authelia:.*/,
  'portal: { host: auth.example.com, users: users_database.yml }',
)
export const PLAIN = `domain: example.com
authelia: { url: http://127.0.0.1:9091 }
apps: { cams: { upstream: http://127.0.0.1:8080 } }
`
