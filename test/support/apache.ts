/** A real Apache whose mod_auth_openidc is the app's side of a login. */
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { find, type Program, start } from './programs.ts'

const MODULES = '/usr/lib/apache2/modules'
const WANTED = 'mpm_event ssl authn_core authz_core authz_user headers alias dir mime auth_openidc'.split(' ')

export interface ApacheOptions {
  /** Where it listens, plain HTTP. */
  readonly port: number
  /** Its address as browsers see it. */
  readonly origin: string
  /** The authority that the provider's certificate comes of, a file in PEM. */
  readonly authority: string
  /** As its setup sheet says. */
  readonly discovery: string
  readonly clientId: string
  readonly clientSecret: string
  readonly scopes: string
  readonly redirectUri: string
  /** Where it speaks TLS itself. */
  readonly tls?: { readonly certificate: string; readonly key: string }
  /** Whom it lets in, as Apache's Require has it; anyone who is logged in unless told. */
  readonly lets?: string
}

/** Starts it: a page that tells in X-User and X-Groups who somebody is. It ends with the test. */
export async function startApache(
  t: { teardown(fn: () => unknown): void },
  options: ApacheOptions,
): Promise<Program> {
  const { port, origin, tls, lets = 'valid-user' } = options
  // Of its own and for all to see: Apache's children are www-data.
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-apache-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  chmodSync(folder, 0o755)
  const authority = join(folder, 'authority.pem')
  copyFileSync(options.authority, authority)
  chmodSync(authority, 0o644)
  mkdirSync(join(folder, 'htdocs'), { recursive: true })
  writeFileSync(
    join(folder, 'htdocs', 'index.html'),
    '<title>The wiki</title><link rel=icon href=data:,><h1>The wiki</h1>',
  )
  const config = join(folder, 'apache.conf')
  writeFileSync(
    config,
    `${WANTED.map(name => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`).join('\n')}
ServerRoot ${folder}
PidFile ${folder}/apache.pid
ErrorLog "|/bin/cat"
LogLevel notice auth_openidc:info
${process.getuid?.() === 0 ? 'User www-data\nGroup www-data' : ''}
TypesConfig /etc/mime.types
ServerName ${origin}
UseCanonicalName On
Listen 127.0.0.1:${port}
DocumentRoot ${folder}/htdocs
${tls === undefined ? '' : `SSLEngine on\nSSLCertificateFile ${tls.certificate}\nSSLCertificateKeyFile ${tls.key}`}
OIDCProviderMetadataURL ${options.discovery}
OIDCClientID ${options.clientId}
OIDCClientSecret ${options.clientSecret}
OIDCRedirectURI ${options.redirectUri}
OIDCScope "${options.scopes}"
OIDCPKCEMethod S256
OIDCRemoteUserClaim preferred_username
OIDCCryptoPassphrase a-passphrase-of-this-test
OIDCCABundlePath ${authority}
${tls === undefined ? 'OIDCXForwardedHeaders X-Forwarded-Proto X-Forwarded-Port' : ''}
<Location />
  AuthType openid-connect
  Require ${lets}
  Header always set X-User "expr=%{REMOTE_USER}"
  Header always set X-Groups "expr=%{HTTP:OIDC_CLAIM_groups}"
</Location>
`,
  )
  const apache = start(t, find('apache2') ?? '', ['-DFOREGROUND', '-f', config], { APACHE_RUN_DIR: folder })
  await apache.says(/resuming normal operations/)
  return apache
}
