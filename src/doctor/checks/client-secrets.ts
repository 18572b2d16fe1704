/** Whether the secret that an app is told is the one whose digest the provider has. */

import type { Config } from '../../config/model.ts'
import type { OidcApp } from '../../config/model-oidc.ts'
import { SECRETS, secretFile } from '../../config/secret-files.ts'
import { readDigest } from '../../portal/digest/read.ts'
import { failed, type Seen } from '../outside.ts'
import {
  type AutheliaClient,
  type AutheliaSeen,
  autheliaOf,
  type NoAuthelia,
  noAuthelia,
} from '../seen/authelia.ts'
import { check, type Finding, fault, ok, type Premises, skipped, warning } from '../types.ts'

/** Of Authelia's documentation and of everybody's first try. */
const EXAMPLES = ['insecure_secret', 'insecure_password', 'secret', 'changeme', 'password', 'authelia']

type Match = 'same' | 'other' | 'unreadable'

interface Kept {
  readonly app: OidcApp
  /** Why the secret or its digest cannot be read. */
  readonly missing?: { readonly file: string; readonly failed: string; readonly code: string }
  /** Length and kind alone: the secret itself goes no further than the probe. */
  readonly length: number
  readonly plain: boolean
  readonly example: boolean
  readonly digest: Match
  /** Of the client in Authelia's configuration; undefined where that is not known. */
  readonly authelia?: Match | 'absent'
}

async function matches(secret: string, digest: string): Promise<Match> {
  try {
    return (await readDigest(digest).verify(secret)) ? 'same' : 'other'
  } catch {
    return 'unreadable'
  }
}

const trimmed = (text: Seen<string>): Seen<string> => (failed(text) ? text : text.replace(/\r?\n$/, ''))

async function look(
  premises: Premises,
  app: OidcApp,
  clients: readonly AutheliaClient[] | undefined,
): Promise<Kept> {
  const { config, outside } = premises
  const nothing = { app, length: 0, plain: true, example: false, digest: 'same' as const }
  const [clearFile, digestFile] = [SECRETS.client(app.name), SECRETS.clientDigest(app.name)].map(name =>
    secretFile(config.secrets, name),
  ) as [string, string]
  const clear = trimmed(await outside.read(clearFile))
  if (failed(clear)) return { ...nothing, missing: { file: clearFile, ...clear } }
  const digest = trimmed(await outside.read(digestFile))
  if (failed(digest)) return { ...nothing, missing: { file: digestFile, ...digest } }
  const client = clients?.find(one => one.client_id === app.client.client_id)
  const theirs = client === undefined ? ('absent' as const) : await matches(clear, client.client_secret)
  return {
    app,
    length: clear.length,
    plain: /^[A-Za-z0-9._~-]*$/.test(clear),
    example: EXAMPLES.includes(clear.toLowerCase()),
    digest: await matches(clear, digest),
    ...(clients === undefined ? {} : { authelia: theirs }),
  }
}

interface SecretsSeen {
  readonly kept: readonly Kept[]
  readonly authelia: AutheliaSeen | NoAuthelia
}

async function probe(premises: Premises): Promise<SecretsSeen> {
  const authelia = await autheliaOf(premises)
  const clients = noAuthelia(authelia) ? undefined : authelia.clients
  const secret = premises.config.oidc_apps.filter(({ client }) => !client.public)
  return { authelia, kept: await Promise.all(secret.map(app => look(premises, app, clients))) }
}

const REFUSED =
  'The portal refuses the app when it fetches the token: "invalid_client", after the user has logged in.'

function judgeOne(kept: Kept, authelia: AutheliaSeen | NoAuthelia): Finding {
  const { app, missing } = kept
  const about = `oidc_apps.${app.name}`
  if (missing !== undefined) {
    if (missing.code === 'EACCES')
      return skipped(`${missing.file} may not be read by this user: run this as root.`, about)
    return fault(about, {
      saw: `The secret of ${app.name} cannot be read: ${missing.file}: ${missing.failed}.`,
      why: 'The client has no secret, so nobody can log in to the app.',
      do: 'gatehouse secret make makes what is missing; type the secret into the app then.',
    })
  }
  if (kept.digest !== 'same')
    return fault(about, {
      saw: `The digest of ${app.name}'s client secret (clients/${app.name}.digest) ${kept.digest === 'other' ? 'is not that of the secret beside it' : 'cannot be read as one'}.`,
      why: REFUSED,
      do: `Remove clients/${app.name}.digest below "secrets", run gatehouse secret make, which makes it anew, and gatehouse apply.`,
    })
  const file = noAuthelia(authelia) ? '' : authelia.file
  if (kept.authelia === 'absent')
    return fault(about, {
      saw: `Authelia has no client "${app.client.client_id}" (${file}).`,
      why: 'The portal does not know the app: "invalid_client".',
      do: 'Run gatehouse apply, which writes the clients of all oidc_apps.',
    })
  if (kept.authelia === 'other' || kept.authelia === 'unreadable')
    return fault(about, {
      saw: `Authelia has another secret for "${app.client.client_id}" (${file}) than the one that the app is told (gatehouse secret show).`,
      why: REFUSED,
      do: `Run gatehouse apply, and type the secret into the app once more: gatehouse apps show ${app.name}.`,
    })
  return weak(kept, about) ?? ok(about, 'the secret and its digest belong together')
}

function weak({ app, length, plain, example }: Kept, about: string): Finding | undefined {
  const renew = `gatehouse secret rotate ${app.name}, gatehouse apply, and type the new secret into the app (gatehouse secret show ${app.name}).`
  if (example)
    return fault(about, {
      saw: `The client secret of ${app.name} is one of the examples.`,
      why: 'Everybody knows it, and can take the logins of your users.',
      do: renew,
    })
  if (length >= 30 && plain) return undefined
  return warning(about, {
    saw:
      length < 30
        ? `The client secret of ${app.name} has ${length} characters.`
        : `The client secret of ${app.name} has characters other than letters, digits and "-._~".`,
    why:
      length < 30
        ? 'It can be guessed from 30 characters down.'
        : 'Some apps do not encode it, and then it is wrong.',
    do: renew,
  })
}

function judge({ kept, authelia }: SecretsSeen, config: Config): Finding[] {
  if (config.oidc_apps.length === 0) return [skipped('There are no oidc_apps.')]
  return kept.map(one => judgeOne(one, authelia))
}

export const clientSecrets = check({
  id: 'client-secrets',
  title: "each app's client secret is the one whose digest the provider has",
  probe,
  judge,
})
