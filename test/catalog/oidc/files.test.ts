/** Files of setup sheets, read back by the programs or formats that they are for. */
import { spawnSync } from 'node:child_process'
import { createContext, Script } from 'node:vm'
import t from 'tap'
import { parse } from 'yaml'
import { without } from '../../support/programs.ts'
import { factsOf, stepsOf, type Wanted } from './app.ts'

const GROUP = `Mum's "VIPs"; $HOME \${HOME} #1`
const SECRET = `it's a "secret" $5`
const WANTED: Wanted = { settings: { admin_group: GROUP }, secret: SECRET }

/** The content of a file of the sheet, by the end of its path. */
function fileOf(kind: string, path: string, wanted: Wanted = WANTED): string {
  const files = stepsOf(kind, wanted).flatMap(({ file }) => (file?.path.endsWith(path) ? [file.content] : []))
  const [content] = files
  if (content === undefined) throw new Error(`${kind} has no ${path}`)
  return content
}

/** The variables of a compose file, as `docker compose` would set them. */
function environment(content: string, service: string): Record<string, string> {
  const { services } = parse(content) as {
    services: Record<string, { environment: Record<string, string> }>
  }
  const variables = Object.entries(services[service]?.environment ?? {})
  return Object.fromEntries(variables.map(([name, value]) => [name, value.replaceAll('$$', '$')]))
}

t.test('Paperless: JSON in a variable in YAML', async t => {
  const variables = environment(fileOf('paperless', 'compose.yml'), 'webserver')
  const providers = JSON.parse(variables.PAPERLESS_SOCIALACCOUNT_PROVIDERS ?? '')
  t.strictSame(providers.openid_connect.APPS, [
    {
      provider_id: 'authelia',
      name: 'Authelia',
      client_id: 'id-of-paperless',
      secret: SECRET,
      settings: { server_url: 'https://auth.haus.test', token_auth_method: 'client_secret_basic' },
    },
  ])
  t.notOk('PAPERLESS_FORCE_SCRIPT_NAME' in variables)
  const below = environment(
    fileOf('paperless', 'compose.yml', { ...WANTED, url: 'https://haus.test/docs' }),
    'webserver',
  )
  t.equal(below.PAPERLESS_URL, 'https://haus.test', 'this variable takes no path')
  t.equal(below.PAPERLESS_FORCE_SCRIPT_NAME, '/docs')
})

t.test('Vaultwarden: the variables', async t => {
  const variables = environment(fileOf('vaultwarden', 'compose.yml'), 'vaultwarden')
  t.equal(variables.SSO_CLIENT_SECRET, SECRET)
  t.equal(variables.SSO_SCOPES, 'profile email')
})

t.test('Home Assistant: its YAML', async t => {
  const tags = [{ tag: '!secret', resolve: (name: string) => `secret ${name}` }]
  const read = parse(fileOf('home-assistant', 'configuration.yaml'), { customTags: tags })
  t.strictSame(read.auth_oidc.roles, { admin: GROUP })
  t.equal(read.auth_oidc.client_secret, 'secret oidc_client_secret')
  t.strictSame(parse(fileOf('home-assistant', 'secrets.yaml')), { oidc_client_secret: SECRET })
})

t.test('Jenkins: Configuration as Code, which takes a dollar and a brace for a variable', async t => {
  const content = fileOf('jenkins', 'jenkins.yaml', { ...WANTED, secret: `a\${b}` })
  const { oic } = parse(content).jenkins.securityRealm
  t.equal(oic.clientSecret, `a^\${b}`)
  t.equal(oic.properties[1].escapeHatch.secret, `\${JENKINS_RESCUE}`)
})

/** What settings.js exports, with a stand-in for the strategy. */
function nodeRed(wanted: Wanted): {
  verify(...args: unknown[]): void
  users(name: string): Promise<{ permissions: string }>
} {
  const module: { exports: Record<string, never> } = { exports: {} }
  const context = createContext({ module, require: () => ({ Strategy: class {} }), Map, Promise })
  new Script(fileOf('node-red', 'settings.js', wanted)).runInContext(context)
  const { adminAuth } = module.exports as Record<string, never> & {
    adminAuth: { strategy: { options: { verify: (...args: unknown[]) => void } }; users: never }
  }
  return { verify: adminAuth.strategy.options.verify, users: adminAuth.users }
}

t.test('Node-RED: who may change flows', async t => {
  const login = async (wanted: Wanted, groups: unknown): Promise<string> => {
    const { verify, users } = nodeRed(wanted)
    t.equal(verify.length, 9, 'passport-openidconnect then asks for the groups')
    const user = { username: 'alice', _json: { groups } }
    let name = ''
    verify('issuer', user, {}, {}, '', '', '', {}, (_: null, who: { username: string }) => {
      name = who.username
    })
    t.equal(name, 'alice')
    return (await users('alice')).permissions
  }
  t.equal(await login(WANTED, ['family', GROUP]), '*')
  t.equal(await login(WANTED, ['family']), 'read')
  t.equal(await login(WANTED, null), 'read', 'Authelia gives null to who is in no group')
  t.equal(await login({ secret: SECRET }, null), '*', 'no group asked for')
  t.equal((await nodeRed(WANTED).users('stranger')).permissions, 'read')
})

t.test('Seafile: its Python', { skip: without('python3') }, async t => {
  const content = fileOf('seafile', 'seahub_settings.py', { ...WANTED, settings: {} })
  const code = `${content}\nimport json\nprint(json.dumps([OAUTH_CLIENT_SECRET, OAUTH_REDIRECT_URL, OAUTH_ATTRIBUTE_MAP]))`
  const { stdout, stderr } = spawnSync('python3', ['-c', code], { encoding: 'utf8' })
  t.equal(stderr, '')
  t.strictSame(JSON.parse(stdout), [
    SECRET,
    'https://seafile.haus.test/oauth/callback/',
    { sub: [true, 'uid'], name: [false, 'name'], email: [false, 'contact_email'] },
  ])
})

t.test('Grafana: roles for who is in no group, and quotes in a name', async t => {
  const content = fileOf('grafana', 'grafana.ini', {
    settings: { admin_group: "Mum's", editor_group: 'editors' },
  })
  t.match(
    content,
    `role_attribute_path = """contains(not_null(groups, ''), 'Mum\\'s') && 'GrafanaAdmin' || contains(not_null(groups, ''), 'editors') && 'Editor' || 'Viewer'"""`,
  )
  t.match(fileOf('grafana', 'grafana.ini', {}), 'skip_org_role_sync = true')
})

t.test('Nextcloud: its regular expression and its PHP', async t => {
  const texts = (wanted: Wanted): string =>
    stepsOf('nextcloud', wanted)
      .flatMap(({ commands }) => commands ?? [])
      .join('\n')
  t.match(texts({ settings: { sync_groups: 'family, a.b' } }), "--group-whitelist-regex='/^(family|a\\.b)$/'")
  t.notMatch(texts({}), 'group-provisioning')
  const php = fileOf('nextcloud-oidc-login', 'oidc.config.php')
  t.match(php, `'oidc_login_client_secret' => 'it\\'s a "secret" $5',`)
  t.match(php, `'is_admin' => 'is_nextcloud_admin',`)
  t.notMatch(fileOf('nextcloud-oidc-login', 'oidc.config.php', {}), 'is_admin')
  t.ok(factsOf('nextcloud').client.id_token_claims.includes('preferred_username'))
})
