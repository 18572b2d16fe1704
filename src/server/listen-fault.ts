/** What a failure to listen means, and what to do about it. */
import type { Listener } from '../config/model.ts'
import { codeOf, StartFault } from './start-fault.ts'

/** Turns the system's error about a listener into words. */
export function listenFault(error: unknown, listener: Listener): StartFault {
  const { address, unix } = listener
  const place = address ? `${address.host} port ${address.port}` : `the socket ${unix}`
  const code = codeOf(error) ?? String(error)
  const port = address?.port ?? 0
  const words: Readonly<Record<string, readonly [string, string?]>> = {
    EADDRINUSE: [
      `Another program listens on ${place} already.`,
      address
        ? `Find it with "ss -ltnp sport = :${port}", or choose another port under \`listen\`.`
        : 'Is Gatehouse running already?',
    ],
    EACCES: [
      `This user may not listen on ${place}.`,
      address && port < 1024
        ? 'Ports below 1024 need root, or CAP_NET_BIND_SERVICE (in a systemd unit: AmbientCapabilities=CAP_NET_BIND_SERVICE).'
        : 'Look at the owner and mode of its folder.',
    ],
    EADDRNOTAVAIL: [
      `This machine has no address ${address?.host}.`,
      '"ip address" lists those it has; 0.0.0.0 stands for all of them.',
    ],
    EINVAL: [
      `The path of the socket ${unix} is too long: the system takes 107 bytes.`,
      'Choose a shorter one.',
    ],
    ENOTFOUND: [`${address?.host} is no address and no known name.`],
  }
  const [message, hint] = words[code] ?? [`Cannot listen on ${place} (${code}).`]
  return new StartFault(message, hint)
}
