/**
 * Many viewers of webcams in one process. Says "open" when every stream has brought its first frame, looks on
 * for some seconds, then says what came, as JSON. Arguments: port, host, streams, stalled ones among them
 * (they stop reading once all are open), seconds, sessions.
 */
import { Agent, type IncomingMessage, request } from 'node:http'
import process from 'node:process'
import { FrameCounter, now } from '../lib/frames.ts'
import { percentile } from '../lib/stats.ts'

const [port = 0, streams = 0, stalled = 0, seconds = 0, sessions = 1] = process.argv.slice(3).map(Number)
const host = process.argv[2] ?? ''
const agent = new Agent({ keepAlive: false, maxSockets: Number.POSITIVE_INFINITY })
/** So many handshakes at a time, as no listener's queue is endless. */
const AT_ONCE = 25

interface Viewer {
  readonly response: IncomingMessage
  readonly counter: FrameCounter
}

const viewers: Viewer[] = []
const delays: number[] = []
let watching = false
let broken = 0

/** Resolves with the first frame. */
function view(number: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = {
      host,
      cookie: `authelia_session=s${(number % sessions) + 1}`,
      'x-forwarded-proto': 'https',
    }
    const asked = request({ port, host: '127.0.0.1', path: '/stream', headers, agent }, response => {
      if (response.statusCode !== 200) return reject(new Error(`a viewer gets ${response.statusCode}`))
      const counter = new FrameCounter(late => {
        if (watching) delays.push(late)
        resolve()
      })
      viewers.push({ response, counter })
      response.on('data', (bytes: Buffer) => counter.take(bytes, now()))
      response.once('close', () => broken++)
      response.once('error', () => {})
    })
    asked.once('error', reject)
    asked.end()
  })
}

/** Milliseconds: a machine that needs longer has no time to measure anything. */
const PATIENCE = 90_000
const timer = setTimeout(() => {
  throw new Error(`only ${viewers.length} of ${streams} streams opened within ${PATIENCE / 1000} s`)
}, PATIENCE)

for (let from = 0; from < streams; from += AT_ONCE)
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, streams - from) }, (_, n) => view(from + n)))
clearTimeout(timer)

for (const { response } of viewers.slice(0, stalled)) response.pause()
const reading = viewers.slice(stalled)
const before = reading.reduce((sum, { counter }) => sum + counter.received, 0)
watching = true
process.stdout.write('open\n')
await new Promise(resolve => setTimeout(resolve, seconds * 1000))
watching = false
process.stdout.write(
  `${JSON.stringify({
    streams,
    stalled,
    seconds,
    received: reading.reduce((sum, { counter }) => sum + counter.received, 0) - before,
    lost: reading.reduce((sum, { counter }) => sum + counter.lost, 0),
    broken,
    delay: { p50: percentile(delays, 0.5), p99: percentile(delays, 0.99), max: percentile(delays, 1) },
  })}\n`,
)
process.exit(0)
