/** The secrets that Authelia is given, each in a file of its own and named by its environment alone. */
import type { Config } from '../../config/model.ts'
import { SECRETS, secretFile } from '../../config/secret-files.ts'

export interface AutheliaSecret {
  /** The key of Authelia's configuration that it stands for. */
  readonly key: string
  /** `AUTHELIA_…_FILE`: names the file that holds it. */
  readonly variable: string
  /** A name for the credential (systemd.exec(5)), or for the secret in a compose file. */
  readonly credential: string
  /** Absolute, on this machine: see `onTarget`. */
  readonly file: string
}

/** Every secret that the rendered configuration wants, in the order of the configuration's keys. */
export function autheliaSecrets(config: Config): readonly AutheliaSecret[] {
  const { deploy, secrets, oidc_apps } = config
  const own = (name: string): string => secretFile(secrets, name)
  const { ldap } = deploy.users
  const { mysql, postgres } = deploy.storage
  const sentinel = deploy.redis?.sentinel
  const all: readonly (readonly [key: string, file: string | undefined])[] = [
    ['duo_api.secret_key', deploy.second_factor.duo?.secret.file],
    [
      'identity_validation.reset_password.jwt_secret',
      deploy.reset_password ? own(SECRETS.resetPasswordJwt) : undefined,
    ],
    ['authentication_backend.ldap.password', ldap?.password.file],
    ['session.secret', own(SECRETS.session)],
    ['session.redis.password', deploy.redis?.password?.file],
    ['session.redis.high_availability.sentinel_password', sentinel?.password?.file],
    ['storage.encryption_key', own(SECRETS.storageEncryptionKey)],
    ['storage.mysql.password', mysql?.password.file],
    ['storage.postgres.password', postgres?.password.file],
    ['notifier.smtp.password', deploy.mail?.password?.file],
    ['identity_providers.oidc.hmac_secret', oidc_apps.length > 0 ? own(SECRETS.oidcHmac) : undefined],
  ]
  return all.flatMap(([key, file]) => (file === undefined ? [] : [secretOf(key, file)]))
}

function secretOf(key: string, file: string): AutheliaSecret {
  // Authelia's ToEnvironmentSecretKey: dots become underscores, all in capitals.
  const variable = `AUTHELIA_${key.replaceAll('.', '_').toUpperCase()}_FILE`
  return { key, variable, credential: key.replaceAll(/[._]/g, '-'), file }
}
