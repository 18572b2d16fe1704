import { isIP } from 'node:net'
import { Refusal } from '../fault.ts'
import { readHost } from './host.ts'
import { asText, scalar } from './scalar.ts'

/**
 * Domains under which strangers have names of their own, so that browsers take no cookie for them
 * (publicsuffix.org). Only those that a home is likely to write; the rest fail in the browser.
 */
const shared = new Set(
  `co.uk org.uk me.uk com.au net.au co.nz co.jp com.br co.za co.in com.mx duckdns.org dynv6.net ddns.net
   dyndns.org no-ip.org hopto.org zapto.org synology.me myfritz.net dedyn.io nsupdate.info spdns.de goip.de
   github.io gitlab.io ts.net ngrok.io ngrok.app trycloudflare.com workers.dev pages.dev`.split(/\s+/),
)

/** Reads the domain of the session cookie. */
export function readDomain(input: unknown): string {
  const written = asText(input, 'example.com')
  if (/^(\*?\.)/.test(written)) {
    throw new Refusal(
      'The domain stands without a dot or star in front; its subdomains are meant anyway.',
      written.replace(/^\*?\.+/, ''),
    )
  }
  if (isIP(written) !== 0)
    throw new Refusal(
      'Browsers keep no cookie for the subdomains of an address; a name is needed.',
      'example.com',
    )
  const domain = readHost(written)
  if (!domain.includes('.')) {
    const hint = domain === 'localhost' ? 'gatehouse.localhost' : `home.${domain}`
    throw new Refusal(`Browsers keep no cookie for all of ".${domain}": a domain needs two parts.`, hint)
  }
  if (shared.has(domain)) {
    throw new Refusal(
      `"${domain}" belongs to many people, so browsers keep no cookie for it.`,
      `yourname.${domain}`,
    )
  }
  return domain
}

export const domain = scalar(readDomain, {
  type: 'string',
  'x-type': 'domain name',
  'x-example': 'example.com',
})
