/** The demo's webcam: a page, and an endless MJPEG stream that is drawn only while somebody watches. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { html } from '../lib/html.ts'
import type { Clock } from '../types.ts'
import { answerPage, pathOf, visitor } from './answer.ts'
import { jpegEncoder } from './jpeg.ts'
import { HEIGHT, scene, WIDTH } from './scene.ts'

const BOUNDARY = 'gatehouse-porch'
/** Milliseconds between pictures. */
const INTERVAL = 125

export interface Porch {
  readonly listener: (request: IncomingMessage, response: ServerResponse) => void
  /** Ends every stream. */
  close(): void
}

/** Makes the camera; it rests until the first viewer comes. */
export function openPorch(clock: Clock): Porch {
  const encode = jpegEncoder(WIDTH, HEIGHT)
  const viewers = new Set<ServerResponse>()
  let timer: NodeJS.Timeout | undefined

  function picture(): Buffer {
    return encode(scene(clock()))
  }
  function send(): void {
    const jpeg = picture()
    const head = `--${BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`
    for (const viewer of viewers) {
      // A viewer that is behind misses pictures, as with a real camera; nothing piles up for it.
      if (viewer.writableNeedDrain) continue
      viewer.write(Buffer.concat([Buffer.from(head), jpeg, Buffer.from('\r\n')]))
    }
  }
  function watch(response: ServerResponse): void {
    response.writeHead(200, {
      'content-type': `multipart/x-mixed-replace; boundary=${BOUNDARY}`,
      'cache-control': 'no-store',
    })
    viewers.add(response)
    timer ??= setInterval(send, INTERVAL)
    response.once('close', () => {
      viewers.delete(response)
      if (viewers.size > 0) return
      clearInterval(timer)
      timer = undefined
    })
    send()
  }

  return {
    listener(request, response) {
      request.resume()
      const path = pathOf(request)
      if (path === '/stream') return watch(response)
      if (path === '/still.jpg') {
        response.writeHead(200, { 'content-type': 'image/jpeg', 'cache-control': 'no-store' })
        return response.end(picture())
      }
      const content = html`<style>
main { max-width: 40rem }
img { width: 100%; height: auto; border-radius: .5rem; display: block }
</style>
<p><img src="/stream" width="${WIDTH}" height="${HEIGHT}" alt="The porch, live: a lamp, a door, and sometimes a cat"></p>
<p>Drawn by the demo as you watch, and sent as an endless MJPEG stream, as webcams do.</p>`
      return answerPage(response, 'The porch', content, visitor(request))
    },
    close() {
      for (const viewer of viewers) viewer.destroy()
    },
  }
}
