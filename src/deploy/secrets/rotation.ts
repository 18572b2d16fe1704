/** What is replaced together, and how it is made. */
import type { Config } from '../../config/model.ts'
import { SECRETS } from '../../config/secret-files.ts'
import { issueAuthority, issueSite } from '../certificates/issue.ts'
import { signingPair } from '../certificates/own.ts'
import { freshSecret, type SecretsHost } from './ensure.ts'
import { SecretError } from './secret-error.ts'
import { type WantedSecret, wantedSecrets } from './wanted.ts'

export interface Rotation {
  /** Below `config.secrets`; the first is the one that was meant. */
  readonly names: readonly string[]
  /** New texts, one for each name. @throws SecretError */
  make(host: SecretsHost): Promise<readonly string[]>
  /** What has to be done then, a sentence each. */
  readonly afterwards: readonly string[]
}

/** @throws SecretError for what is made of another secret, or cannot be replaced so */
export function rotationOf(config: Config, wanted: WantedSecret): Rotation {
  const { name, from, fixed, afterwards = [] } = wanted
  if (from !== undefined)
    throw new SecretError('refused', `${name} goes with ${from}: gatehouse secret rotate ${from}`)
  if (fixed !== undefined) throw new SecretError('refused', `${name}: ${fixed}`)
  if (wanted.form === 'certificate') return { ...certificates(config, name), afterwards }
  const rest = wantedSecrets(config).filter(other => other.from === name)
  return {
    names: [name, ...rest.map(other => other.name)],
    afterwards,
    async make(host) {
      const text = await freshSecret(wanted, '', host)
      return [text, ...(await Promise.all(rest.map(other => freshSecret(other, text.trimEnd(), host))))]
    },
  }
}

function certificates(config: Config, name: string): Pick<Rotation, 'names' | 'make'> {
  const site = [SECRETS.certificate, SECRETS.certificateKey]
  if (name === SECRETS.certificate)
    return {
      names: site,
      async make({ now }) {
        const { certificate, key } = await issueSite(config, signingPair(config), now())
        return [certificate, key]
      },
    }
  return {
    names: [SECRETS.authority, SECRETS.authorityKey, ...site],
    async make({ now }) {
      const authority = await issueAuthority(config, now())
      const { certificate, key } = await issueSite(config, authority, now())
      return [authority.certificate, authority.key, certificate, key]
    },
  }
}
