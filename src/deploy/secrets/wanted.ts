/** Which secrets a configuration wants, and what each is for. Pure: nothing is read or made here. */
import type { Config } from '../../config/model.ts'
import { SECRETS } from '../../config/secret-files.ts'

/**
 * What stands in the file: `text` random characters, `digest` Authelia's digest of `from`, `key` an RSA key,
 * `keys` the key `from` as Authelia's configuration has it, `certificate` one of src/deploy/certificates.
 */
export type SecretForm = 'text' | 'digest' | 'key' | 'keys' | 'certificate'

export interface WantedSecret {
  /** Its path below `config.secrets`. */
  readonly name: string
  readonly form: SecretForm
  /** What it is for, in a few words. */
  readonly about: string
  /** The secret that it is made of, so that both must fit each other. */
  readonly from?: string
  /** The app of `oidc_apps` that is told it. */
  readonly app?: string
  /** What a new one asks for, a sentence each; absent for what is made of another. */
  readonly afterwards?: readonly string[]
  /** Why it is not simply replaced, and how it is done instead. */
  readonly fixed?: string
}

const APPLY = 'Run "gatehouse apply" on the machine that the house runs on.'
/** A service is given its secrets when it starts (LoadCredential); nothing that is rendered changes with them. */
const restart = (service: 'authelia' | 'gatehouse'): string =>
  `Have it take the new one: systemctl restart ${service}`

const STORAGE_FIXED = `Authelia's database is encrypted with it, so a new file alone would lock everybody's second factor away. Do it by hand:
  1. stop Authelia, and keep a copy of its database and of this file
  2. authelia storage encryption change-key --config FILES, with AUTHELIA_STORAGE_ENCRYPTION_KEY_FILE naming
     this file; it asks for the new key: 48 letters and digits or more
  3. write the new key into this file, start Authelia`

function ofAuthelia(withClients: boolean): WantedSecret[] {
  return [
    {
      name: SECRETS.session,
      form: 'text',
      about: "encrypts Authelia's sessions",
      afterwards: [restart('authelia'), 'Everybody has to log in again.'],
    },
    {
      name: SECRETS.storageEncryptionKey,
      form: 'text',
      about: "encrypts what Authelia's database holds: second factors above all",
      fixed: STORAGE_FIXED,
    },
    {
      name: SECRETS.resetPasswordJwt,
      form: 'text',
      about: 'signs the links in mails that reset a password',
      afterwards: [restart('authelia'), 'Links that were sent before no longer work.'],
    },
    ...(withClients
      ? [
          {
            name: SECRETS.oidcHmac,
            form: 'text' as const,
            about: "signs Authelia's access tokens, refresh tokens and codes",
            afterwards: [
              restart('authelia'),
              'Apps ask everybody to log in again as soon as they use a token of before.',
            ],
          },
        ]
      : []),
  ]
}

function ofProvider(authelia: boolean): WantedSecret[] {
  const key: WantedSecret = {
    name: SECRETS.oidcKey,
    form: 'key',
    about: 'signs ID tokens, by which apps are told who somebody is',
    afterwards: [
      restart(authelia ? 'authelia' : 'gatehouse'),
      'Apps fetch the new public key by themselves; one that does not log in any more has to be restarted.',
    ],
  }
  if (!authelia) return [key]
  const about = "the same key as a part of Authelia's configuration"
  return [key, { name: SECRETS.autheliaKeys, form: 'keys', about, from: SECRETS.oidcKey }]
}

function ofClient(app: string, authelia: boolean): WantedSecret[] {
  const name = SECRETS.client(app)
  return [
    {
      name,
      form: 'text',
      about: `the client secret of ${app}, as that app is told it`,
      app,
      afterwards: [
        `Write it into the app: "gatehouse apps show ${app}" says where, "gatehouse secret show ${name}" prints it.`,
        // Authelia's configuration holds the digest; the portal is given it as it starts.
        authelia ? APPLY : restart('gatehouse'),
        `Nobody can log in to ${app} until both are done.`,
      ],
    },
    {
      name: SECRETS.clientDigest(app),
      form: 'digest',
      about: `its digest, by which ${app} is recognised`,
      from: name,
      app,
    },
  ]
}

const RELOAD = 'Reload NGINX, which keeps the old certificate until then: systemctl reload nginx'

/** The files of an own authority; empty where certificates come from somewhere else. */
function ofCertificates(config: Config): WantedSecret[] {
  if (config.deploy.certificates.from !== 'own') return []
  const form = 'certificate'
  const trust = [
    `Have every device and every app trust the new authority before it meets the new certificate: gatehouse secret show ${SECRETS.authority}`,
    RELOAD,
  ]
  return [
    {
      name: SECRETS.authority,
      form,
      about: "the house's own authority, for every device to trust",
      afterwards: trust,
    },
    {
      name: SECRETS.authorityKey,
      form,
      about: 'its key, which signs; needed once a year, and may be kept elsewhere',
      from: SECRETS.authority,
    },
    {
      name: SECRETS.certificate,
      form,
      about: `the certificate for ${config.domain} and the names below it`,
      afterwards: [RELOAD],
    },
    { name: SECRETS.certificateKey, form, about: 'its key, for NGINX', from: SECRETS.certificate },
  ]
}

/** Every secret that Gatehouse makes for this configuration, those that others are made of first. */
export function wantedSecrets(config: Config): readonly WantedSecret[] {
  const clients = config.oidc_apps.filter(({ client }) => !client.public)
  const authelia = config.authelia !== undefined
  const provider = config.oidc_apps.length > 0
  return [
    ...(authelia ? ofAuthelia(provider) : []),
    ...(provider ? ofProvider(authelia) : []),
    ...clients.flatMap(({ name }) => ofClient(name, authelia)),
    ...ofCertificates(config),
  ]
}

/** A secret that someone else made, whose file gatehouse.yml names. */
export interface GivenSecret {
  /** The absolute path of its file. */
  readonly file: string
  readonly about: string
}

/** The secrets that gatehouse.yml names and Gatehouse does not make. */
export function givenSecrets({ deploy }: Config): readonly GivenSecret[] {
  const { users, mail, second_factor, storage, redis } = deploy
  const named: readonly (readonly [{ readonly file: string } | undefined, string])[] = [
    [users.ldap?.password, 'the password for the directory'],
    [mail?.password, 'the password for the mail server'],
    [second_factor.duo?.secret, "Duo's secret key"],
    [storage.mysql?.password, 'the password for MariaDB or MySQL'],
    [storage.postgres?.password, 'the password for PostgreSQL'],
    [redis?.password, 'the password for Redis'],
    [redis?.sentinel?.password, "the password for Redis' sentinels"],
  ]
  return named.flatMap(([secret, about]) => (secret === undefined ? [] : [{ file: secret.file, about }]))
}
