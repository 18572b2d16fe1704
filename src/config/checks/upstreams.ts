import type { FileApp } from '../schema/file.ts'
import type { Checking } from './checking.ts'
import { hostsOf } from './hosts.ts'
import { isLoopback } from './listeners.ts'

const bare = (host: string): string => host.replace(/^\[|\]$/g, '')
const isHere = (host: string): boolean =>
  host === 'localhost' || host === '0.0.0.0' || host === '::' || isLoopback(host)

/** The listener (from 1) that a host and port lead back to. */
function ownListener({ file }: Checking, host: string, port: number): number | undefined {
  const found = (file.listen ?? []).findIndex(({ address }) => {
    if (address === undefined || address.port !== port) return false
    const everywhere = address.host === '0.0.0.0' || address.host === '::'
    return address.host === host || (isHere(host) && (everywhere || isLoopback(address.host)))
  })
  return found < 0 ? undefined : found + 1
}

function checkTls(checking: Checking, name: string, app: FileApp): void {
  const tls = app.upstream_tls
  if (tls === undefined) return
  const path = ['apps', name, 'upstream_tls']
  if (app.upstream.kind !== 'https') {
    const hint =
      app.upstream.kind === 'http'
        ? `upstream: ${app.upstream.origin.replace('http:', 'https:')}, or no upstream_tls`
        : 'the app without it'
    checking.fault(
      path,
      `"upstream_tls" is for https upstreams, and this one is ${app.upstream.kind}.`,
      hint,
      'key',
    )
  }
  const said = [tls.ca, tls.fingerprint, tls.insecure_skip_verify === true ? true : undefined].filter(
    each => each !== undefined,
  )
  if (said.length > 1)
    checking.fault(
      path,
      'ca, fingerprint and insecure_skip_verify exclude each other.',
      'the strictest of them that works: ca or fingerprint',
      'key',
    )
  if (said.length === 0 && tls.insecure_skip_verify === undefined)
    checking.fault(path, '"upstream_tls" says nothing.', 'ca: camera.pem', 'key')
}

/** Upstreams: none of them ourselves, and TLS settings only where there is TLS. */
export function checkUpstreams(checking: Checking): void {
  const { file } = checking
  for (const [name, app] of Object.entries(file.apps ?? {})) {
    const path = ['apps', name, 'upstream']
    checkTls(checking, name, app)
    if (app.upstream.kind === 'unix') {
      const own = (file.listen ?? []).some(
        ({ unix }) => unix !== undefined && checking.absolute(unix) === app.upstream.socket,
      )
      if (own)
        checking.fault(
          path,
          'This is a socket of Gatehouse itself, so requests would go in a circle.',
          'where the app listens',
        )
      continue
    }
    const url = new URL(app.upstream.origin)
    const host = bare(url.hostname)
    const listener = ownListener(checking, host, Number(url.port || (url.protocol === 'https:' ? 443 : 80)))
    if (listener !== undefined) {
      checking.fault(
        path,
        `This is listener ${listener} of Gatehouse itself, so requests would go in a circle.`,
        'where the app listens',
      )
    } else if (hostsOf(name, app, file.domain).some(own => own.host === host)) {
      const message =
        'This is the address that browsers use for the app: if it leads back to Gatehouse, requests go in a circle.'
      checking.warn(path, message, "the app's own address, such as http://127.0.0.1:8080")
    }
  }
  if (file.authelia === undefined) return
  const listener = ownListener(checking, bare(file.authelia.url.host), file.authelia.url.port)
  if (listener !== undefined) {
    checking.fault(
      ['authelia', 'url'],
      `This is listener ${listener} of Gatehouse itself, not Authelia.`,
      'http://127.0.0.1:9091',
    )
  }
}
