import { connect as connectTcp, type NetConnectOpts, type OnReadOpts, type Socket } from 'node:net'
import { connect as connectTls, TLSSocket } from 'node:tls'
import { UpstreamError } from './fault.ts'
import { hostOf, tlsOptions, verifyPin } from './tls.ts'
import type { Target } from './types.ts'

export type Dialled = (error: Error | null, socket: Socket | null) => void

/** Node's own: `onread` reads into a buffer of the caller's. */
export interface SocketOptions {
  readonly allowHalfOpen?: boolean
  readonly onread?: OnReadOpts
}

/** Starts a connection and hands back its socket at once, so that the caller can give up on it. */
export type Dial = (done: Dialled, options?: SocketOptions) => Socket

/** A dead peer (a camera that lost power) is noticed after this long without any traffic, in ms. */
const KEEPALIVE = 30_000

/**
 * How one app is connected to: TCP, a unix socket or TLS, checked and within `timeouts.connect`. A failure
 * is an UpstreamError.
 * @throws {Error} when the `ca` file cannot be read.
 */
export function openDial(target: Target): Dial {
  const { kind, origin, socket: path } = target.upstream
  const secure = kind === 'https' ? tlsOptions(target) : undefined
  const plain: NetConnectOpts =
    kind === 'unix'
      ? { path: path ?? '' }
      : { host: hostOf(target), port: Number(new URL(origin).port || 80) }
  return (done, options = {}) => {
    const socket = secure ? connectTls({ ...options, ...secure }) : connectTcp({ ...options, ...plain })
    let finish: Dialled | undefined = done
    const settle = (error: Error | null) => {
      clearTimeout(timer)
      const callback = finish
      finish = undefined
      if (callback === undefined) return
      if (error) socket.destroy()
      callback(error, error ? null : socket)
    }
    const timer = setTimeout(
      () => settle(new UpstreamError('slow', `no connection within ${target.timeouts.connect} ms`)),
      target.timeouts.connect,
    )
    socket.setNoDelay(true)
    if (kind !== 'unix') socket.setKeepAlive(true, KEEPALIVE)
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      const trusted = !(socket instanceof TLSSocket) || verifyPin(target, socket)
      settle(trusted ? null : new UpstreamError('certificate', 'not the pinned certificate'))
    })
    socket.on('error', error => settle(connectFault(error, socket)))
    socket.once('close', () => settle(new UpstreamError('down', 'closed while connecting')))
    return socket
  }
}

function connectFault(error: NodeJS.ErrnoException, socket: Socket): UpstreamError {
  const detail = error.message || error.code || 'no connection'
  if (socket instanceof TLSSocket && socket.authorizationError)
    return new UpstreamError('certificate', detail)
  if (error.code === 'ETIMEDOUT') return new UpstreamError('slow', detail)
  // EPROTO and ERR_SSL_*: plain HTTP on a port that was called https.
  if (error.code === 'EPROTO' || error.code?.startsWith('ERR_SSL_'))
    return new UpstreamError('protocol', detail)
  return new UpstreamError('down', detail)
}
