/** What a rendered systemd unit says, as far as `apply` has to know it. */

export interface Unit {
  readonly type: string | undefined
  /** The targets with which it is started, when the machine starts: `multi-user.target`. */
  readonly wantedBy: readonly string[]
  readonly command: readonly string[]
  /** Environment by name, where it comes from the unit itself. */
  readonly environment: Readonly<Record<string, string>>
}

const words = (text: string): string[] =>
  [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? '')

/**
 * Reads a unit of ours. Credentials are replaced by the files that they are loaded from: `%d/name` and
 * `${CREDENTIALS_DIRECTORY}/name` become the path in `LoadCredential=name:path` (systemd.exec(5)), so that the
 * command can be tried outside of systemd.
 */
export function readUnit(content: string): Unit {
  const lines = content.replaceAll(/\\\n\s*/g, ' ').split('\n')
  const all = (key: string): string[] =>
    lines.filter(line => line.startsWith(`${key}=`)).map(line => line.slice(key.length + 1).trim())
  const credentials = new Map(
    all('LoadCredential').map(text => {
      const colon = text.indexOf(':')
      return [text.slice(0, colon), text.slice(colon + 1)] as const
    }),
  )
  const fill = (text: string): string =>
    text.replaceAll(
      /(?:%d|\$\{CREDENTIALS_DIRECTORY\})\/([\w.-]+)/g,
      (whole, name: string) => credentials.get(name) ?? whole,
    )
  const environment = all('Environment')
    .flatMap(words)
    .map(fill)
    .map(each => [each.slice(0, each.indexOf('=')), each.slice(each.indexOf('=') + 1)] as const)
  return {
    type: all('Type').at(-1),
    wantedBy: all('WantedBy').flatMap(words),
    command: words(fill(all('ExecStart').at(-1) ?? '')),
    environment: Object.fromEntries(environment),
  }
}

/** The name of a unit that a link brings to systemd; undefined for other links. */
export function unitOf(link: { readonly to: string }): string | undefined {
  return /^systemd\/([\w.@-]+\.(?:service|timer|socket|path|target))$/.exec(link.to)?.[1]
}
