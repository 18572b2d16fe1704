import { isIP, isIPv4 } from 'node:net'
import { Refusal } from '../fault.ts'
import { quote } from '../redact.ts'
import { asText, scalar } from './scalar.ts'

/** Octets with a leading zero are octal to some programs and decimal to others (ipaddr.js, Go). */
const leadingZero = /(^|\.)0+\d/

/**
 * Reads an address or CIDR block and gives it back as a block: `10.0.0.1` becomes `10.0.0.1/32`.
 * @throws Refusal also for names: Authelia's network definitions do not exist here.
 */
export function readNetwork(input: unknown): string {
  const written = asText(input, '10.0.0.0/8')
  const [host = '', bits, more] = written.split('/')
  if (leadingZero.test(host) && /^[\d.]+$/.test(host)) {
    const hint = host.replaceAll(/(^|\.)0+(?=\d)/g, '$1')
    const message =
      'A leading zero makes a number octal in some programs, so that it would mean two networks.'
    throw new Refusal(message, bits === undefined ? hint : `${hint}/${bits}`)
  }
  const most = isIPv4(host) ? 32 : 128
  if (isIP(host) === 0 || host.includes('%') || more !== undefined) {
    const star = /^(\d+)\.(?:(\d+)\.)?(?:(\d+)\.)?[*x]/.exec(written)
    const known = [star?.[1], star?.[2], star?.[3]].filter(octet => octet !== undefined)
    const hint =
      star === null ? '10.0.0.0/8' : `${[...known, '0', '0', '0'].slice(0, 4).join('.')}/${known.length * 8}`
    throw new Refusal(`${quote(written)} is not an address or a network.`, hint)
  }
  if (bits === undefined) return `${host}/${most}`
  if (!/^\d{1,3}$/.test(bits) || Number(bits) > most) {
    throw new Refusal(
      `"/${bits.slice(0, 20)}" is not the size of a network: 0 to ${most} bits.`,
      `${host}/${most === 32 ? 24 : 64}`,
    )
  }
  return `${host}/${Number(bits)}`
}

export const network = scalar(readNetwork, {
  type: 'string',
  'x-type': 'address or network (CIDR)',
  'x-example': '10.0.0.0/8',
})

/** A network whose word on where a visitor comes from is believed: never everyone's. */
export const trustedNetwork = scalar(
  input => {
    const block = readNetwork(input)
    if (!block.endsWith('/0')) return block
    const message = 'This trusts everyone: any visitor could say where they come from.'
    throw new Refusal(message, 'the address of your proxy, such as 192.168.1.2/32')
  },
  { type: 'string', 'x-type': 'address or network (CIDR)', 'x-example': '127.0.0.1/32' },
)
