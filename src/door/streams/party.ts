/** Streams that one question is about. Pure. */
import type { Ground } from '../../authz/ground.ts'
import type { Stream } from './stream.ts'

/** Of one user, told the same. */
export type Party = readonly [Stream, ...Stream[]]

/** The streams of a group by what has to be asked: one question where no rule looks at the path, else one an address. */
export function partiesOf(streams: Iterable<Stream>, ground: Ground): Party[] {
  const parties = new Map<string, [Stream, ...Stream[]]>()
  for (const stream of streams) {
    const { request, identity } = stream.exchange
    const { method, host, client, target } = request
    const looks = ground.sites.get(host)?.looksAtPath ?? true
    const key = JSON.stringify([method, host, client, identity?.user, identity?.groups, looks ? target : ''])
    const party = parties.get(key)
    if (party === undefined) parties.set(key, [stream])
    else party.push(stream)
  }
  return [...parties.values()]
}

/** A group that the app was told of and that the visitor is no longer in: the app goes by what it was told. */
export function lostGroup({ exchange }: Stream, now: readonly string[]): string | undefined {
  const { site, identity } = exchange
  const told = Object.values(site?.app.identity_headers ?? {}).includes('groups')
  return told ? identity?.groups.find(group => !now.includes(group)) : undefined
}
