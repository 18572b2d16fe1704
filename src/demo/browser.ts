/** A small browser for the demo's check of itself: cookies, forms and redirects, over real TLS. */
import type { IncomingMessage } from 'node:http'
import { Agent, request } from 'node:https'
import type { LookupFunction } from 'node:net'

/** One answer, read to its end. */
export interface Answer {
  readonly url: URL
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
}

interface Cookie {
  readonly value: string
  readonly domain: string
  /** Without a Domain attribute: for this host alone (RFC 6265 section 5.3). */
  readonly hostOnly: boolean
}

interface Ask {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string | string[]>>
  readonly form?: Readonly<Record<string, string>>
}

/** Every name is on this computer: .localhost names resolve in browsers, but not in every system (RFC 6761). */
export const here: LookupFunction = (_host, options, done) =>
  options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4)

/** What a browser says of a page that it opens by a link or from the address bar. */
const NAVIGATION = {
  accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
  'sec-fetch-site': 'none',
}

const MOST_REDIRECTS = 8

const plain = (text: string): string =>
  text.replace(
    /&(amp|lt|gt|quot|#39|#96);/g,
    (_, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#96': '`' })[name] ?? '',
  )

/** The first form of a page that has an input of this name: where it goes, and what it carries unseen. */
export function formOf(
  answer: Answer,
  input: string,
): { action: URL; hidden: Record<string, string> } | undefined {
  for (const [, attributes = '', inside = ''] of answer.text.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)) {
    const attribute = (text: string, name: string): string | undefined => {
      const value = new RegExp(`\\b${name}="([^"]*)"`).exec(text)?.[1]
      return value === undefined ? undefined : plain(value)
    }
    const inputs = [...inside.matchAll(/<input\b([^>]*)>/g)].map(match => match[1] ?? '')
    if (!inputs.some(text => attribute(text, 'name') === input)) continue
    const hidden = inputs.filter(text => attribute(text, 'type') === 'hidden')
    return {
      action: new URL(attribute(attributes, 'action') ?? '', answer.url),
      hidden: Object.fromEntries(
        hidden.map(text => [attribute(text, 'name') ?? '', attribute(text, 'value') ?? '']),
      ),
    }
  }
  return undefined
}

export class Browser {
  readonly #agent: Agent
  readonly #cookies = new Map<string, Cookie>()

  /** @param ca the only authority that it trusts, in PEM */
  constructor(ca: string) {
    this.#agent = new Agent({ ca, lookup: here, keepAlive: true, timeout: 10_000 })
  }

  /** The Cookie header for a host, or undefined. */
  cookiesFor(host: string): string | undefined {
    const fitting = [...this.#cookies].filter(([, { domain, hostOnly }]) =>
      hostOnly ? host === domain : host === domain || host.endsWith(`.${domain}`),
    )
    return fitting.length === 0
      ? undefined
      : fitting.map(([name, { value }]) => `${name}=${value}`).join('; ')
  }

  /** For what is kept of an old session, to play it back. */
  setCookies(header: string, domain: string): void {
    for (const pair of header.split('; ')) {
      const [name = '', ...value] = pair.split('=')
      this.#cookies.set(name, { value: value.join('='), domain, hostOnly: false })
    }
  }

  #keep(host: string, lines: readonly string[]): void {
    for (const line of lines) {
      const [pair = '', ...attributes] = line.split(/;\s*/)
      const attribute = (name: string): string | undefined =>
        attributes.find(text => text.toLowerCase().startsWith(`${name}=`))?.slice(name.length + 1)
      const at = pair.indexOf('=')
      const domain = attribute('domain')?.replace(/^\./, '').toLowerCase()
      const expires = attribute('expires')
      const gone =
        attribute('max-age')?.startsWith('-') ||
        attribute('max-age') === '0' ||
        (expires !== undefined && Date.parse(expires) <= Date.now())
      if (gone) this.#cookies.delete(pair.slice(0, at))
      else
        this.#cookies.set(pair.slice(0, at), {
          value: pair.slice(at + 1),
          domain: domain ?? host,
          hostOnly: domain === undefined,
        })
    }
  }

  /** Sends a request and gives the answer as soon as its head is there, body unread. */
  open(url: URL, { method = 'GET', headers = {}, form }: Ask = {}): Promise<IncomingMessage> {
    const cookie = this.cookiesFor(url.hostname)
    const body = form === undefined ? undefined : new URLSearchParams(form).toString()
    return new Promise((resolve, reject) => {
      const asked = request(url, {
        method,
        agent: this.#agent,
        headers: {
          ...NAVIGATION,
          ...(cookie === undefined ? {} : { cookie }),
          ...(body === undefined
            ? {}
            : {
                'content-type': 'application/x-www-form-urlencoded',
                'content-length': Buffer.byteLength(body),
              }),
          ...headers,
        },
      })
      asked.once('error', reject)
      asked.once('timeout', () => asked.destroy(new Error(`${url.host} did not answer within 10 s`)))
      asked.once('response', response => {
        this.#keep(url.hostname, response.headers['set-cookie'] ?? [])
        resolve(response)
      })
      asked.end(body)
    })
  }

  /** One request, no redirect followed. */
  async ask(url: URL, ask: Ask = {}): Promise<Answer> {
    const response = await this.open(url, ask)
    const chunks: Buffer[] = []
    for await (const chunk of response) chunks.push(chunk as Buffer)
    return {
      url,
      status: response.statusCode ?? 0,
      headers: response.headers,
      text: Buffer.concat(chunks).toString('utf8'),
    }
  }

  /** Follows redirects to a page, as a browser does. */
  async go(url: URL, ask: Ask = {}): Promise<Answer> {
    let answer = await this.ask(url, ask)
    for (
      let n = 0;
      answer.status >= 300 && answer.status < 400 && answer.headers.location !== undefined;
      n++
    ) {
      if (n === MOST_REDIRECTS) throw new Error(`more than ${MOST_REDIRECTS} redirects from ${url.href}`)
      answer = await this.ask(new URL(answer.headers.location, answer.url))
    }
    return answer
  }

  /** Fills in the form of a page that has the named inputs, sends it, and follows. */
  submit(page: Answer, fields: Readonly<Record<string, string>>): Promise<Answer> {
    const form = formOf(page, Object.keys(fields)[0] ?? '')
    if (form === undefined)
      throw new Error(
        `${page.url.href} has no form for ${Object.keys(fields).join(' and ')} (${page.status})`,
      )
    return this.go(form.action, {
      method: 'POST',
      form: { ...form.hidden, ...fields },
      headers: { origin: page.url.origin, 'sec-fetch-site': 'same-origin' },
    })
  }

  /** Ends its connections. */
  close(): void {
    this.#agent.destroy()
  }
}
