/**
 * Many webcams in one process: whoever asks gets an endless MJPEG stream, ten frames a second. Like a real
 * camera it leaves out the frames that a viewer who is behind cannot take. Argument: the port.
 */
import { createServer, type Socket } from 'node:net'
import process from 'node:process'
import { INTERVAL, makeFrame, now } from '../lib/frames.ts'

/** Cameras do not beat in time: a tenth of them sends every 10 ms. */
const GROUPS = 10

const groups: Set<Socket>[] = Array.from({ length: GROUPS }, () => new Set())
let came = 0

/** Plain sockets, since the time of cameras and viewers must not become the gateway's. */
const server = createServer(socket => {
  const group = groups[came++ % GROUPS]
  socket.setNoDelay(true)
  socket.on('error', () => {})
  socket.once('close', () => group?.delete(socket))
  // The whole request is in the first bytes, or in what follows, which nobody needs.
  socket.once('data', () => {
    socket.resume()
    socket.write(
      'HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=frame\r\nConnection: close\r\n\r\n',
    )
    group?.add(socket)
  })
})

function send(group: ReadonlySet<Socket>, number: number): void {
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
