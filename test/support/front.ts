/**
 * A real server in front of the gateway, on the very file that docs/proxies ships: its addresses and
 * certificates are replaced, and nothing else.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { WebSocket } from 'ws'
import { type Browser, here } from '../../src/demo/browser.ts'
import { freePort } from '../../src/demo/port.ts'
import { browserIn, type House, logIn, openHouse, type Served, serve } from './house.ts'
import { find, type Program, start } from './programs.ts'
import { bytes, parseAnswer, type RawAnswer } from './raw.ts'
import { type RecordingUpstream, recordingUpstream } from './upstream.ts'

interface Teardown {
  teardown(fn: () => unknown): void
}

export interface Place {
  readonly house: House
  /** Where the server in front listens. */
  readonly port: number
  /** Of the app, the proxy door and the forward-auth door. */
  readonly app: number
  readonly plainPort: number
  readonly doorPort: number
  /** The apps' hosts with their port. */
  readonly hosts: readonly string[]
  readonly portal: string
  /** Certificates and key in one file. */
  readonly bundle: string
}

/** How a server is run on the file it ships with. */
export interface Recipe {
  readonly program: string
  /** From the root of the project. */
  readonly file: string
  /** What stands in the file, and what it is here. Each must stand there. */
  replace(place: Place): Readonly<Record<string, string>>
  args(file: string): readonly string[]
  /** What it says when it listens. */
  readonly ready: RegExp
}

export interface Front extends Place {
  readonly served: Served
  readonly program: Program
  readonly upstream: RecordingUpstream
  /** The file as it was run. */
  readonly written: string
  browser(): Browser
  /** A browser in which somebody has logged in. */
  signedIn(name: string): Promise<Browser>
  /** One request, byte by byte, by TLS and from an address of loopback. */
  raw(line: string, host: string, headers?: Pairs, from?: string): Promise<RawAnswer>
  /** A WebSocket to an app; `open` or the refusal's status is in `first`. */
  socket(app: string, headers: Readonly<Record<string, string>>): Promise<{ status: number; said?: string }>
}

export type Pairs = readonly (readonly [string, string])[]

/** app: anybody signed in. open: everybody. near: one address. rules: by path. admin: admins. tool: Basic too. */
const apps = (origin: string): string => `  app: { upstream: '${origin}' }
  open: { upstream: '${origin}', policy: bypass }
  near: { upstream: '${origin}', policy: deny, rules: [{ networks: [127.0.0.9/32], policy: bypass }] }
  rules: { upstream: '${origin}', rules: [{ resources: ['^/public/'], policy: bypass }, { methods: [PUT], policy: deny }] }
  admin: { upstream: '${origin}', policy: deny, rules: [{ subject: ['group:admins'], policy: one_factor }] }
  tool: { upstream: '${origin}', basic: authelia }
`
const NAMES = ['app', 'open', 'near', 'rules', 'admin', 'tool']

/** The shipped file with what must differ here. */
export function shipped(recipe: Recipe, place: Place): string {
  let text = readFileSync(join(import.meta.dirname, '..', '..', recipe.file), 'utf8')
  for (const [from, to] of Object.entries(recipe.replace(place))) {
    if (!text.includes(from)) throw new Error(`${recipe.file} has no ${from}`)
    text = text.replaceAll(from, () => to)
  }
  return text
}

/** Opens all of it; it ends with the test. `upstream`: another app than the recording one. */
export async function openFront(t: Teardown, recipe: Recipe, other?: number): Promise<Front> {
  const upstream = await recordingUpstream(t)
  const port = await freePort(0)
  const app = other ?? upstream.port
  const house = await openHouse(t, {
    publicPort: port,
    // Clients below come from 127.0.0.8 and 127.0.0.9, so that loopback is not all one.
    top: 'trusted_proxies: [127.0.0.1/32]',
    apps: apps(`http://127.0.0.1:${app}`),
  })
  const served = await serve(t, house)
  const folder = join(house.folder, 'front')
  mkdirSync(folder)
  const bundle = join(folder, 'bundle.pem')
  writeFileSync(bundle, readFileSync(house.leafFile, 'utf8') + readFileSync(house.keyFile, 'utf8'))
  const place: Place = {
    house,
    port,
    app,
    plainPort: served.plainPort,
    doorPort: served.doorPort,
    hosts: NAMES.map(name => house.at(name).host),
    portal: house.at('auth').host,
    bundle,
  }
  const written = join(folder, recipe.file.slice(recipe.file.lastIndexOf('/') + 1))
  writeFileSync(written, shipped(recipe, place))
  const program = start(t, find(recipe.program) ?? recipe.program, recipe.args(written), {
    HOME: folder,
    XDG_DATA_HOME: folder,
    XDG_CONFIG_HOME: folder,
  })
  await program.says(recipe.ready)
  const browser = (): Browser => browserIn(t, house)

  return {
    ...place,
    served,
    program,
    upstream,
    written,
    browser,
    async signedIn(name) {
      const one = browser()
      await logIn(one, house, name, house.at('app', '/in'))
      upstream.clear()
      return one
    },
    async raw(line, host, headers = [], from = '127.0.0.1') {
      const tcp = connect({ port, host: '127.0.0.1', localAddress: from })
      const socket = connectTls({
        socket: tcp,
        servername: new URL(`https://${host}`).hostname,
        ca: house.ca,
      })
      socket.write(bytes(line, [['Host', host], ['Connection', 'close'], ...headers]))
      const chunks: Buffer[] = []
      for await (const chunk of socket) chunks.push(chunk)
      const parsed = parseAnswer(Buffer.concat(chunks), line.split(' ')[0], true)
      if (parsed === undefined) throw new Error('no answer')
      return parsed.answer
    },
    socket(name, headers) {
      const { host, origin } = house.at(name)
      const ws = new WebSocket(`wss://${host}/socket?x=1`, {
        ca: house.ca,
        lookup: here,
        headers: { origin, ...headers },
      })
      t.teardown(() => ws.terminate())
      return new Promise((resolve, reject) => {
        ws.once('error', reject)
        ws.once('unexpected-response', (_, response) => {
          response.resume()
          resolve({ status: response.statusCode ?? 0 })
        })
        ws.once('message', data => resolve({ status: 101, said: String(data) }))
        ws.once('open', () => ws.send('hello'))
      })
    },
  }
}
