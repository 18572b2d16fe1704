/** `gatehouse portal --authelia-config FILE --listen ADDRESS:PORT`: one's own rules tried without Authelia. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type AutheliaFault, readAutheliaFile } from '../config/authelia-file.ts'
import { settingsFromAuthelia } from './from-authelia.ts'
import { type OpenParts, openPortal, type Portal, type Where } from './portal.ts'

/** The file cannot be served; its faults have lines and columns. */
export class AutheliaConfigError extends Error {
  override name = 'AutheliaConfigError'
  readonly file: string
  readonly faults: readonly AutheliaFault[]
  constructor(file: string, faults: readonly AutheliaFault[]) {
    super(faults.map(fault => `${file}:${fault.line}:${fault.column}: ${fault.message}`).join('\n'))
    this.file = file
    this.faults = faults
  }
}

export interface Standalone extends Portal {
  readonly where: Where
  /** What stands in the file and is not served: `storage`, `session.redis`. */
  readonly ignored: readonly string[]
  /** Where what is served differs from Authelia. */
  readonly notes: readonly string[]
}

/**
 * Serves everything (authz, API and pages) on one address, as Authelia does: for loopback, behind a proxy
 * that writes X-Forwarded-For itself.
 * @throws AutheliaConfigError, UsersFileError, TotpFileError, or the system's error when it cannot listen
 */
export async function portalStandalone(
  autheliaConfigFile: string,
  listen: Where,
  parts: Omit<OpenParts, 'trustForwardedFor'>,
): Promise<Standalone> {
  const file = resolve(autheliaConfigFile)
  const { settings, faults, ignored, notes } = readAutheliaFile(await readFile(file, 'utf8'), file)
  if (settings === undefined) throw new AutheliaConfigError(file, faults)
  if (ignored.length > 0) {
    parts.log.warn({ ignored }, `not served, and ignored: ${ignored.join(', ')}`)
  }
  for (const note of notes) parts.log.warn({}, note)
  const portal = await openPortal(settingsFromAuthelia(settings), { ...parts, trustForwardedFor: true })
  try {
    const where = await portal.listen(listen, 'all')
    return { ...portal, where, ignored, notes }
  } catch (error) {
    await portal.close()
    throw error
  }
}
