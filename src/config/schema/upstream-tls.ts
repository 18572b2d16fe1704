import { z } from 'zod'
import { Refusal } from '../fault.ts'
import { truth } from '../values/choice.ts'
import { path } from '../values/path.ts'
import { asText, scalar } from '../values/scalar.ts'

const fingerprint = scalar(
  input => {
    const bare = asText(input, '64 hexadecimal digits')
      .replaceAll(':', '')
      .toLowerCase()
      .replace(/^sha-?256=?/, '')
    if (/^[0-9a-f]{64}$/.test(bare)) return bare
    const message = /^[0-9a-f]{40}$/.test(bare)
      ? 'This is a SHA-1 fingerprint; one of SHA-256 is wanted.'
      : 'A fingerprint is the SHA-256 of the certificate: 64 hexadecimal digits.'
    throw new Refusal(message, 'what this prints: openssl x509 -in camera.pem -noout -fingerprint -sha256')
  },
  { type: 'string', 'x-type': '64 hexadecimal digits', 'x-example': 'AA:BB:…' },
)

/** How an https upstream with a certificate of its own making is known. */
export const upstreamTls = z.strictObject({
  ca: path('camera.pem')
    .optional()
    .describe('Trust what this certificate (PEM) signed, or the certificate itself.'),
  fingerprint: fingerprint.optional().describe('Trust exactly the certificate with this SHA-256.'),
  insecure_skip_verify: truth
    .optional()
    .meta({ 'x-example': true })
    .describe('`true`: trust whoever answers. Only on a network where nobody else can.'),
})
