/** Steps that many setup sheets share. */
import { compose, sh, yaml } from './quote.ts'
import type { AppFacts, Step } from './types.ts'

/** How a Debian machine comes to trust the own authority. */
const DEBIAN = (authority: string): string[] => [
  `install -m 0644 -D gatehouse.crt ${sh(authority)}`,
  'update-ca-certificates',
]

/**
 * The step that makes the app trust the house's own authority; none where certificates are publicly known.
 * @param how what this app needs beside the machine's own store, or instead of it
 */
export function trust(
  { authority, portal }: AppFacts,
  how: {
    readonly text?: string
    /** Absent: it needs nothing but the machine's own store. */
    readonly commands?: (authority: string) => readonly string[]
    readonly file?: (authority: string) => Step['file']
    readonly beware?: string
  } = {},
): Step[] {
  if (authority === undefined) return []
  const { text, commands, file, beware } = how
  const given = file?.(authority)
  const where =
    'On the machine of the gate, `gatehouse secret show certificates/authority.pem > gatehouse.crt` writes the file.'
  return [
    {
      title: "Let the app trust the house's own authority",
      text: `${where} ${
        text ??
        `The app itself calls ${portal}, whose certificate comes from the own authority. Copy \`gatehouse.crt\` to the app's machine${given === undefined ? ', then:' : ' (to the host of its container), install it there, and hand it to the app:'}`
      }`,
      commands: commands?.(authority) ?? DEBIAN(authority),
      ...(given === undefined ? {} : { file: given }),
      ...(beware === undefined ? {} : { beware }),
    },
  ]
}

/** Commands for a Debian machine's own store, followed by what makes the app read it again. */
export const debianThen =
  (...more: readonly string[]) =>
  (authority: string): string[] => [...DEBIAN(authority), ...more]

/** The step that shows that it works. */
export const tryIt = (text: string, beware?: string): Step => ({
  title: 'Try it',
  text,
  ...(beware === undefined ? {} : { beware }),
})

/** Lines of a compose file: one service with volumes and variables. */
export const service = (
  name: string,
  parts: {
    readonly volumes?: readonly string[]
    readonly environment?: Readonly<Record<string, string>>
  },
): string => {
  const { volumes = [], environment = {} } = parts
  const lines = [
    'services:',
    `  ${name}:`,
    ...(volumes.length === 0 ? [] : ['    volumes:', ...volumes.map(volume => `      - ${yaml(volume)}`)]),
    ...(Object.keys(environment).length === 0 ? [] : ['    environment:']),
    ...Object.entries(environment).map(([key, value]) => `      ${key}: ${compose(value)}`),
  ]
  return `${lines.join('\n')}\n`
}

/**
 * A container that gets the own authority as a file, beside what it trusts already.
 * @param variable what tells its program of the file, or of the list of the host
 */
export const inContainer =
  (name: string, variable: 'NODE_EXTRA_CA_CERTS' | 'REQUESTS_CA_BUNDLE' | 'SSL_CERT_FILE') =>
  (authority: string): Step['file'] => {
    const alone = variable === 'NODE_EXTRA_CA_CERTS'
    const from = alone ? authority : '/etc/ssl/certs/ca-certificates.crt'
    const to = alone ? '/etc/gatehouse.crt' : from
    const parts = { volumes: [`${from}:${to}:ro`], environment: { [variable]: to } }
    return { path: 'compose.yml', language: 'yaml', content: service(name, parts) }
  }
