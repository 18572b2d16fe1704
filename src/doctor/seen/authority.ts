import { X509Certificate } from 'node:crypto'
import { SECRETS, secretFile } from '../../config/secret-files.ts'
import { failed } from '../outside.ts'
import type { Premises } from '../types.ts'

/** The certificate of the house's own authority in PEM, where it has one. */
export async function ownAuthority(premises: Premises): Promise<string | undefined> {
  const { config, outside } = premises
  if (config.deploy.certificates.from !== 'own') return undefined
  const text = await premises.once('authority', () =>
    outside.read(secretFile(config.secrets, SECRETS.authority)),
  )
  return failed(text) || parsed(text) === undefined ? undefined : text
}

/** A certificate from PEM; undefined where it is none. */
export function parsed(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem)
  } catch {
    return undefined
  }
}
