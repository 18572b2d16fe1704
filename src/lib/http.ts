/**
 * Node's http, as `require` brings it. An `import` of its values has Node read every export of the module,
 * WebSocket among them, and that loads the whole of undici inside Node: 13 MB, and a third of a start.
 */
import { createRequire } from 'node:module'

const http = createRequire(import.meta.url)('node:http') as typeof import('node:http')

export type { ClientRequest, Server } from 'node:http'
export type IncomingMessage = import('node:http').IncomingMessage
export type ServerResponse = import('node:http').ServerResponse

export const { IncomingMessage, ServerResponse } = http
export const { Agent, createServer, request } = http
export const { METHODS, STATUS_CODES, validateHeaderName, validateHeaderValue } = http
