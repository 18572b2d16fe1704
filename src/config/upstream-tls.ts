import type { UpstreamTls } from './model.ts'
import type { FileApp } from './schema/file.ts'

/** How an https upstream is known, with its paths absolute. */
export function toTls(
  tls: FileApp['upstream_tls'],
  absolute: (path: string) => string,
): UpstreamTls | undefined {
  if (tls?.ca !== undefined) return { ca: absolute(tls.ca) }
  if (tls?.fingerprint !== undefined) return { fingerprint: tls.fingerprint }
  return tls?.insecure_skip_verify === true ? { insecure_skip_verify: true } : undefined
}
