/** Whether the programs of the house are new enough for what is asked of them. */
import { failed, type Ran, type Seen } from '../outside.ts'
import { check, type Finding, fault, ok, type Premises, skipped, warning } from '../types.ts'

interface VersionsSeen {
  readonly gatehouse: string
  readonly node: string
  /** Undefined where the program is not on this machine. */
  readonly nginx?: string
  readonly authelia?: string
  /** Whether Authelia is part of this house. */
  readonly wantsAuthelia: boolean
}

function versionIn(ran: Seen<Ran>): string | undefined {
  return failed(ran) ? undefined : /(\d+\.\d+(?:\.\d+)?)/.exec(`${ran.stdout}${ran.stderr}`)?.[1]
}

async function first(
  premises: Premises,
  places: readonly string[],
  arg: string,
): Promise<string | undefined> {
  for (const place of places) {
    const found = versionIn(await premises.outside.run(place, [arg]))
    if (found !== undefined) return found
  }
  return undefined
}

async function probe(premises: Premises): Promise<VersionsSeen> {
  const wantsAuthelia = premises.config.authelia !== undefined
  const [nginx, authelia] = await Promise.all([
    first(premises, ['nginx', '/usr/sbin/nginx', '/usr/local/sbin/nginx'], '-v'),
    wantsAuthelia
      ? first(premises, ['authelia', '/usr/bin/authelia', '/usr/local/bin/authelia'], '--version')
      : undefined,
  ])
  return {
    ...premises.versions,
    wantsAuthelia,
    ...(nginx === undefined ? {} : { nginx }),
    ...(authelia === undefined ? {} : { authelia }),
  }
}

/** Whether a version is older than another, number by number. */
export function older(version: string, than: string): boolean {
  const [one, other] = [version, than].map(text => text.split('.').map(Number))
  for (const [n, number] of (other ?? []).entries()) {
    const have = one?.[n] ?? 0
    if (have !== number) return have < number
  }
  return false
}

function judge({ gatehouse, node, nginx, authelia, wantsAuthelia }: VersionsSeen): Finding[] {
  const found: Finding[] = []
  if (authelia !== undefined && older(authelia, '4.39'))
    found.push(
      fault('Authelia', {
        saw: `Authelia is ${authelia}; 4.39 is the oldest that this configuration is for.`,
        why: 'It refuses keys that it does not know, and an older one has known holes.',
        do: 'Install the newest 4.39 or later (authelia.com, Installation), then systemctl restart authelia.',
      }),
    )
  if (nginx !== undefined && older(nginx, '1.19.4'))
    found.push(
      fault('NGINX', {
        saw: `NGINX is ${nginx}; the snippets of Gatehouse need 1.19.4 or later.`,
        why: 'It refuses ssl_reject_handshake and proxy_cookie_flags, and then the whole configuration.',
        do: "Debian 12 has 1.22: update it, or take nginx.org's package.",
      }),
    )
  if (older(node, '24'))
    found.push(
      warning('Node', {
        saw: `Gatehouse runs on Node ${node}; it is made for 24.`,
        why: 'Node 20 gets no security updates any more.',
        do: 'npm ci in the folder of Gatehouse brings a Node 24 of its own; bin/gatehouse finds it.',
      }),
    )
  if (found.length === 0) {
    const list = [
      `Gatehouse ${gatehouse}`,
      `Node ${node}`,
      nginx && `NGINX ${nginx}`,
      authelia && `Authelia ${authelia}`,
    ]
    found.push(ok('', list.filter(Boolean).join(', ')))
  }
  if (wantsAuthelia && authelia === undefined)
    found.push(
      skipped(
        'There is no program authelia on this machine to ask: in a container, authelia --version must say 4.39 or later.',
        'Authelia',
      ),
    )
  return found
}

export const versions = check({ id: 'versions', title: 'the programs are new enough', probe, judge })
