/** Whether an app that believes a header can be reached past the gateway. */

import type { App } from '../../config/model.ts'
import { isLoopback } from '../../lib/address.ts'
import { type FileFacts, failed, type Seen } from '../outside.ts'
import { check, type Finding, fault, ok, type Premises, skipped, warning } from '../types.ts'

interface Reached {
  readonly app: App
  readonly kind: 'here' | 'elsewhere' | 'socket'
  /** This machine's other addresses at which the app's port takes connections. */
  readonly open: readonly string[]
  readonly socket?: Seen<FileFacts>
}

const bare = (host: string): string => host.replace(/^\[|\]$/g, '')
const isHere = (host: string, here: readonly string[]): boolean =>
  host === 'localhost' || isLoopback(host) || here.includes(host)

async function reachedPast(premises: Premises, app: App): Promise<Reached> {
  const { outside } = premises
  const { kind, origin, socket } = app.upstream
  if (kind === 'unix') return { app, kind: 'socket', open: [], socket: await outside.facts(socket ?? '') }
  const { hostname, port, protocol } = new URL(origin)
  const here = outside.addresses()
  const host = bare(hostname)
  if (!isHere(host, here)) {
    const found = await outside.lookup(host)
    if (failed(found) || !found.some(address => isHere(address, here)))
      return { app, kind: 'elsewhere', open: [] }
  }
  const at = Number(port || (protocol === 'https:' ? 443 : 80))
  // 127.0.0.1 and ::1 are where it shall be; a link-local address needs a zone.
  const others = here.filter(address => !/^(127\.0\.0\.1|::1|fe80:.*)$/i.test(address))
  const tries = others.map(async address =>
    (await outside.connect({ address, port: at })) === true ? [address] : [],
  )
  return { app, kind: 'here', open: (await Promise.all(tries)).flat() }
}

const probe = (premises: Premises): Promise<readonly Reached[]> =>
  Promise.all(premises.config.apps.map(app => reachedPast(premises, app)))

function judgeOne({ app, kind, open, socket }: Reached): Finding {
  const about = `apps.${app.name}`
  const { origin, socket: path = '' } = app.upstream
  if (kind === 'socket') {
    if (socket === undefined || failed(socket))
      return skipped(
        `Its socket ${path} cannot be looked at${socket === undefined ? '' : `: ${socket.failed}`}.`,
        about,
      )
    if ((socket.mode & 0o006) === 0) return ok(about, `a unix socket that not everyone may use`)
    return warning(about, {
      saw: `Every user of this machine may connect to ${path} (mode ${socket.mode.toString(8).padStart(4, '0')}).`,
      why: 'Whoever has an account or a broken app here can tell it to be anyone.',
      do: "Give the socket mode 0660 and the gateway's group, in the app's own configuration.",
    })
  }
  const port = new URL(origin).port
  if (kind === 'elsewhere')
    return warning(about, {
      saw: `${app.name} runs on another machine (${origin}), which this one cannot look into.`,
      why: 'Whoever reaches that port in the network goes past the gateway and can say by a header who they are.',
      do: `Let a firewall on that machine take connections to port ${port || 'of the app'} from this machine alone.`,
    })
  if (open.length === 0) return ok(about, `answers at ${origin} alone`)
  const addresses = open.map(address => (address.includes(':') ? `[${address}]` : address))
  return fault(about, {
    saw: `${app.name} takes connections at ${addresses.map(one => `${one}:${port}`).join(', ')} too, not on loopback alone.`,
    why: 'Whoever reaches that address in the network goes past the gateway and can say by a header who they are.',
    do: `Let the app listen on 127.0.0.1:${port} alone (with Docker: -p 127.0.0.1:${port}:${port})${app.kind === undefined ? '' : `; gatehouse apps show ${app.name} says where`}. Until then a firewall must close the port.`,
  })
}

export const loopback = check({
  id: 'loopback',
  title: 'apps behind the gateway cannot be reached past it',
  probe,
  judge: seen => seen.map(judgeOne),
})
