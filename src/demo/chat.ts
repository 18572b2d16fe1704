/** The demo's chat: whoever is in says who they are by the gateway's headers, and talks over a WebSocket. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { html } from '../lib/html.ts'
import { answerPage, answerScript, pathOf, visitor } from './answer.ts'

/** Longest message, in bytes and as shown. */
const LONGEST = 2000
/** How many of the last messages a newcomer sees. */
const KEPT = 20

export interface Chat {
  readonly listener: (request: IncomingMessage, response: ServerResponse) => void
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  close(): void
}

const SCRIPT = `const log = document.getElementById('log')
const form = document.getElementById('say')
const state = document.getElementById('state')
function connect() {
  const socket = new WebSocket('wss://' + location.host + '/talk')
  socket.onopen = () => { state.textContent = 'Connected.' }
  socket.onclose = () => { state.textContent = 'Not connected. Trying again…'; setTimeout(connect, 2000) }
  socket.onmessage = event => {
    const said = JSON.parse(event.data)
    const line = document.createElement('li')
    const name = document.createElement('strong')
    name.textContent = said.user
    line.append(name, ' ' + said.text)
    log.append(line)
    line.scrollIntoView()
  }
  form.onsubmit = event => {
    event.preventDefault()
    if (socket.readyState !== WebSocket.OPEN || form.text.value === '') return
    socket.send(form.text.value)
    form.text.value = ''
  }
}
connect()
`

const CONTENT = html`<style>
ul { list-style: none; padding: 0; min-height: 12rem; max-height: 50vh; overflow: auto }
form { display: flex; gap: .5rem; margin-bottom: 1rem }
input { flex: 1; min-width: 0 }
</style>
<ul id="log" role="log" aria-live="polite"></ul>
<form id="say">
<input name="text" maxlength="500" aria-label="Message" autocomplete="off" autofocus>
<button>Say</button>
</form>
<p id="state" role="status">Connecting…</p>
<script src="/chat.js"></script>`

/** Makes the chat room. Open it in two windows. */
export function openChat(): Chat {
  const rooms = new WebSocketServer({ noServer: true, maxPayload: LONGEST, perMessageDeflate: false })
  const kept: string[] = []

  function say(user: string, text: string): void {
    const line = JSON.stringify({ user, text })
    kept.push(line)
    if (kept.length > KEPT) kept.shift()
    for (const socket of rooms.clients) if (socket.readyState === socket.OPEN) socket.send(line)
  }
  function join(socket: WebSocket, user: string): void {
    socket.on('error', () => socket.terminate())
    for (const line of kept) socket.send(line)
    say(user, 'came in')
    socket.on('message', data => say(user, String(data)))
  }

  return {
    listener(request, response) {
      request.resume()
      if (pathOf(request) === '/chat.js') return answerScript(response, SCRIPT)
      return answerPage(response, 'Chat', CONTENT, visitor(request))
    },
    upgrade(request, socket, head) {
      const { user } = visitor(request)
      rooms.handleUpgrade(request, socket, head, one => join(one, user === '' ? 'somebody' : user))
    },
    close() {
      for (const socket of rooms.clients) socket.terminate()
      rooms.close()
    },
  }
}
