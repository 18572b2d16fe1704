/**
 * Many webcams in one process: whoever asks gets an endless MJPEG stream, ten frames a second. Like a real
 * camera it leaves out the frames that a viewer who is behind cannot take. Argument: the port.
 */
import { createServer, type ServerResponse } from 'node:http'
import process from 'node:process'
import { INTERVAL, makeFrame, now } from '../lib/frames.ts'

/** Cameras do not beat in time: a tenth of them sends every 10 ms. */
const GROUPS = 10

const groups: Set<ServerResponse>[] = Array.from({ length: GROUPS }, () => new Set())
let came = 0

const server = createServer((request, response) => {
  request.resume()
  response.useChunkedEncodingByDefault = false
  response.shouldKeepAlive = false
  response.writeHead(200, { 'content-type': 'multipart/x-mixed-replace; boundary=frame' })
  const group = groups[came++ % GROUPS]
  group?.add(response)
  response.once('close', () => group?.delete(response))
})

function send(group: ReadonlySet<ServerResponse>, number: number): void {
  const frame = makeFrame(number, now())
  for (const viewer of group) if (!viewer.writableNeedDrain) viewer.write(frame)
}

/** By the clock and not by the timer, which drifts: what is due is sent, however late. */
const begun = now()
let done = 0
setInterval(() => {
  for (const due = ((now() - begun) / INTERVAL) * GROUPS; done < due; done++)
    send(groups[done % GROUPS] ?? new Set(), Math.floor(done / GROUPS))
}, INTERVAL / GROUPS)

server.listen(Number(process.argv[2] ?? 0), '127.0.0.1')
