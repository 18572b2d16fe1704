/** Which secret somebody means. */
import type { Config } from '../../config/model.ts'
import { SECRETS } from '../../config/secret-files.ts'
import { nearest } from '../../lib/suggest.ts'
import { SecretError } from './secret-error.ts'
import { type WantedSecret, wantedSecrets } from './wanted.ts'

/**
 * A secret by its name, or the client secret of an app by the app's name.
 * @throws SecretError with what was probably meant
 */
export function wantedSecret(config: Config, typed: string): WantedSecret {
  const all = wantedSecrets(config)
  const found = all.find(({ name }) => name === typed || name === SECRETS.client(typed))
  if (found !== undefined) return found
  const app = config.oidc_apps.find(({ name }) => name === typed || SECRETS.client(name) === typed)
  if (app?.client.public)
    throw new SecretError(
      'refused',
      `${app.name} is a public client: it runs in the browser and has no secret.`,
    )
  const meant = nearest(typed, [...all.map(({ name }) => name), ...config.oidc_apps.map(({ name }) => name)])
  const hint = meant === undefined ? 'gatehouse secret list names them' : `did you mean ${meant}?`
  throw new SecretError('refused', `This configuration has no secret ${typed}: ${hint}`)
}
