/** Whether the gateway runs, and with this configuration. */
import type { Config, Listener } from '../../config/model.ts'
import { type Answer, failed, type Seen } from '../outside.ts'
import { check, type Finding, fault, ok, type Premises, skipped } from '../types.ts'

interface Listening {
  readonly listener: string
  /** What a request for each host got; undefined where the door cannot be asked from here. */
  readonly hosts: readonly { readonly host: string; readonly answer: Seen<Answer> }[]
  readonly open: Seen<true>
}

export function nameOf({ address, unix }: Listener): string {
  if (address === undefined) return unix ?? ''
  return address.host.includes(':') ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`
}

/** Where a listener is reached from this machine. */
function reachedAt({ address, unix }: Listener): { readonly address: string; readonly port: number } {
  if (address === undefined) return { address: unix ?? '', port: 0 }
  const every = address.host === '0.0.0.0' ? '127.0.0.1' : address.host === '::' ? '::1' : address.host
  return { address: every, port: address.port }
}

/** A question whose answer tells whether the gateway knows a host, and that asks Authelia nothing. */
function ask(premises: Premises, listener: Listener, host: string): Promise<Seen<Answer>> {
  const { address, port } = reachedAt(listener)
  const plain = listener.tls === undefined
  const from = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '127.0.0.1' }
  return premises.outside.ask({
    url: `${plain ? 'http' : 'https'}://${host}:${port}/.gatehouse/sign-out`,
    address,
    headers: { host, ...(plain ? from : {}) },
  })
}

async function probe(premises: Premises): Promise<readonly Listening[]> {
  const { config, outside } = premises
  const hosts = config.apps.flatMap(app => app.hosts.slice(0, 1))
  return Promise.all(
    config.listen.map(async listener => {
      const open = await outside.connect(reachedAt(listener))
      const asked = !failed(open) && listener.door === 'proxy' && listener.unix === undefined ? hosts : []
      const answers = asked.map(async host => ({ host, answer: await ask(premises, listener, host) }))
      return { listener: nameOf(listener), open, hosts: await Promise.all(answers) }
    }),
  )
}

function judge(seen: readonly Listening[], { file }: Config): Finding[] {
  return seen.flatMap(({ listener, open, hosts }): Finding[] => {
    if (failed(open)) {
      if (open.code === 'EACCES')
        return [skipped('This user may not connect to it: run this as root.', listener)]
      return [
        fault(listener, {
          saw: `The gateway does not listen at ${listener}: ${open.failed}.`,
          why: 'Nobody can be let in: browsers get 502 or 503 from what stands in front.',
          do: 'systemctl start gatehouse, or gatehouse serve; why it does not start stands in journalctl -u gatehouse.',
        }),
      ]
    }
    const strange = hosts.filter(({ answer }) => !failed(answer) && answer.status === 404)
    if (strange.length > 0)
      return [
        fault(listener, {
          saw: `What listens at ${listener} does not know ${strange.map(({ host }) => host).join(', ')}.`,
          why: `It is another program, or a gateway that runs with another configuration than ${file}, or with an older one since the new one has a fault.`,
          do: 'systemctl reload gatehouse, and read in journalctl -u gatehouse what it says.',
        }),
      ]
    const broken = hosts.find(({ answer }) => failed(answer))
    if (broken !== undefined && failed(broken.answer))
      return [
        fault(listener, {
          saw: `The gateway takes connections at ${listener}, but a request for ${broken.host} gets no answer: ${broken.answer.failed}.`,
          why: 'Visitors wait in vain.',
          do: 'systemctl restart gatehouse, and read in journalctl -u gatehouse what it said before.',
        }),
      ]
    return [ok(listener, hosts.length === 0 ? 'listens' : 'listens, and knows every app')]
  })
}

export const gateway = check({
  id: 'gateway',
  title: 'the gateway runs, with this configuration',
  probe,
  judge,
})
