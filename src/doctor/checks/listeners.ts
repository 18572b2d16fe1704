/** Whether the gateway listens to more people than it should, or believes them. */

import type { Config, Listener } from '../../config/model.ts'
import { isLoopback } from '../../lib/address.ts'
import { check, type Finding, fault, ok, warning } from '../types.ts'
import { nameOf } from './gateway.ts'

/** Networks this wide hold strangers. */
function tooWide(block: string): boolean {
  const [address = '', bits] = block.split('/')
  if (bits === undefined) return false
  return Number(bits) < (address.includes(':') ? 16 : 8)
}

function judgeOne(listener: Listener): Finding[] {
  const about = nameOf(listener)
  const found: Finding[] = []
  const wide = listener.trusted_proxies.filter(tooWide)
  if (wide.length > 0)
    found.push(
      fault(about, {
        saw: `The listener ${about} believes what ${wide.join(', ')} says of a visitor's address (trusted_proxies).`,
        why: 'That is nearly everybody: they can come from any address they like, and rules with networks open to them.',
        do: 'Name the addresses of your own proxies alone.',
      }),
    )
  if (listener.unix !== undefined && ((listener.mode ?? 0o660) & 0o006) !== 0)
    found.push(
      warning(about, {
        saw: `Every user of this machine may connect to ${about}.`,
        why: "Whoever connects there is trusted like a proxy: they say what the visitor's address is.",
        do: "Write mode: '0660' and the group of NGINX (www-data) for it.",
      }),
    )
  const { address, door, tls } = listener
  if (address === undefined || isLoopback(address.host)) return found
  if (door === 'forward_auth')
    found.push(
      warning(about, {
        saw: `The forward-auth door listens to the network (${about}).`,
        why: 'Anybody there can ask who may open what, and look for groups and paths at leisure.',
        do: 'Let it listen on 127.0.0.1 or on a unix socket, or let a firewall take connections from the proxy alone.',
      }),
    )
  else if (tls === undefined)
    found.push(
      warning(about, {
        saw: `The proxy door listens to the network without TLS (${about}).`,
        why: 'Sessions cross the network in the clear.',
        do: 'Let it listen on 127.0.0.1 behind NGINX, or give it a certificate ("tls").',
      }),
    )
  return found
}

function judge(listen: readonly Listener[]): Finding[] {
  const found = listen.flatMap(judgeOne)
  return found.length > 0 ? found : [ok('', listen.map(nameOf).join(', '))]
}

export const listeners = check({
  id: 'listeners',
  title: 'the gateway listens to nobody that it need not',
  probe: ({ config }): Promise<Config['listen']> => Promise.resolve(config.listen),
  judge,
})
