/** The home that the attacks are tried on: the real gateway with its portal, bob logged in, apps that record. */
import { openGateway } from '../support/gateway.ts'
import { browserIn, logIn, openHouse } from '../support/house.ts'
import { type RecordingUpstream, recordingUpstream } from '../support/upstream.ts'

type Pair = readonly [name: string, value: string]

interface Teardown {
  teardown(fn: () => unknown): void
}

/** `answer` is how the app answers, if not with what it received. */
export async function openHome(t: Teardown, answer?: Parameters<typeof recordingUpstream>[1]) {
  const app: RecordingUpstream = await recordingUpstream(t, answer)
  const house = await openHouse(t, {
    apps: `  app: { upstream: '${app.origin}' }
  open: { upstream: '${app.origin}', policy: bypass }
  evil: { upstream: '${app.origin}' }
  asked: { upstream: '${app.origin}', preflight: pass }
`,
  })
  const gateway = await openGateway(t, house)
  const browser = browserIn(t, house)
  await logIn(browser, house, 'bob', house.at('app'))
  app.clear()
  const session = browser.cookiesFor('auth.gatehouse.localhost')?.match(/authelia_session=([^;]+)/)?.[1] ?? ''
  const to = (name: string): Pair[] => [
    ['Host', `${name}.gatehouse.localhost:${house.publicPort}`],
    ['X-Forwarded-Proto', 'https'],
  ]
  const cookie: Pair = ['Cookie', `authelia_session=${session}`]
  return { ...gateway, app, house, browser, session, to, cookie }
}

/** The headers of a WebSocket's handshake. */
export const UPGRADE: readonly Pair[] = [
  ['Connection', 'Upgrade'],
  ['Upgrade', 'websocket'],
  ['Sec-WebSocket-Version', '13'],
  ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
]
