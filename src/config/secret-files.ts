/**
 * Where the secrets that Gatehouse makes stand, below `secrets`. `gatehouse secret` makes them; rendering,
 * the built-in portal and `doctor` read them. Every file is of mode 0600.
 */
import { join } from 'node:path'

/** Names of secrets are paths below the folder, without a file's ending where they hold plain text. */
export const SECRETS = {
  session: 'authelia/session',
  storageEncryptionKey: 'authelia/storage-encryption-key',
  resetPasswordJwt: 'authelia/reset-password-jwt',
  oidcHmac: 'oidc/hmac',
  /** RSA 2048, PKCS #8, for RS256. */
  oidcKey: 'oidc/key.pem',
  /** The same key as Authelia's configuration has it (identity_providers.oidc.jwks), a file of its own since it cannot come from the environment. */
  autheliaKeys: 'authelia/keys.yml',
  authority: 'certificates/authority.pem',
  authorityKey: 'certificates/authority.key',
  /** The certificate for the domain and every name in it, followed by the authority's. */
  certificate: 'certificates/site.pem',
  certificateKey: 'certificates/site.key',
  /** The clear client secret of an OpenID Connect app, as the app is told it. */
  client: (app: string) => `clients/${app}`,
  /** Authelia's digest of it: `$pbkdf2-sha512$310000$…`. */
  clientDigest: (app: string) => `clients/${app}.digest`,
} as const

/**
 * The absolute path of a secret. In a folder of systemd's credentials (LoadCredential, systemd.exec(5)), whose
 * names have no slashes, `oidc/key.pem` is `oidc.key.pem`.
 * @param folder `config.secrets`
 */
export const secretFile = (folder: string, name: string): string =>
  join(folder, folder.startsWith('/run/credentials/') ? name.replaceAll('/', '.') : name)
