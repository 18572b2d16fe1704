/** What an app is told of the way to here: set by us alone, from the configuration and the connection. */

export interface Forwarded {
  /** Host and port as browsers see them. */
  readonly authority: string
  /** Public port, in digits. */
  readonly port: string
  /** The visitor's address, canonical; empty where nobody knows it. */
  readonly client: string
}

/** Appends X-Forwarded-* and X-Real-IP. The scheme is https: nobody is known over anything else. */
export function addForwarded(headers: string[], facts: Forwarded): void {
  headers.push(
    'X-Forwarded-Proto',
    'https',
    'X-Forwarded-Host',
    facts.authority,
    'X-Forwarded-Port',
    facts.port,
  )
  if (facts.client !== '') headers.push('X-Forwarded-For', facts.client, 'X-Real-IP', facts.client)
}
