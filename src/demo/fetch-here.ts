/** `fetch` for the demo's own app: every name is on this computer, and one authority is trusted. */
import { request } from 'node:https'
import type { CustomFetch } from 'openid-client'
import { here } from './browser.ts'

/** @param ca in PEM */
export function fetchHere(ca: string): CustomFetch {
  return (url, { method, headers, body }) =>
    new Promise((resolve, reject) => {
      const asking = request(
        url,
        { method, headers, ca, lookup: here, agent: false, timeout: 10_000 },
        answer => {
          const chunks: Buffer[] = []
          answer.on('data', (chunk: Buffer) => chunks.push(chunk))
          answer.on('error', reject)
          answer.on('end', () => {
            const { statusCode: status = 502, headers: said } = answer
            const names = Object.entries(said).flatMap(([name, value]) =>
              value === undefined ? [] : [[name, String(value)] as [string, string]],
            )
            resolve(
              new Response(chunks.length === 0 ? null : Buffer.concat(chunks), { status, headers: names }),
            )
          })
        },
      )
      asking.on('error', reject)
      asking.on('timeout', () => asking.destroy(new Error('no answer within 10 s')))
      asking.end(typeof body === 'string' || body instanceof Uint8Array ? body : body?.toString())
    })
}
