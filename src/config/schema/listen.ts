import { z } from 'zod'
import { Refusal } from '../fault.ts'
import { address } from '../values/address.ts'
import { choice } from '../values/choice.ts'
import { mode } from '../values/mode.ts'
import { path } from '../values/path.ts'
import { oneOrMore, scalar } from '../values/scalar.ts'

const certificate = z.strictObject({
  certificate: path('certs/example.com.pem').describe(
    'The certificate in PEM, followed by the intermediate ones (certbot calls it fullchain.pem). A renewed file is taken up without a restart.',
  ),
  key: path('certs/example.com.key').describe('Its private key in PEM, without a passphrase.'),
})

const group = scalar(
  input => {
    if (typeof input === 'number' && Number.isInteger(input) && input >= 0) return String(input)
    if (typeof input === 'string' && /^[a-z_][a-z0-9_-]*\$?$|^\d+$/i.test(input)) return input
    throw new Refusal('This is not the name or number of a group of this machine.', 'www-data')
  },
  {
    type: ['string', 'integer'] as unknown as string,
    'x-type': 'group of this machine',
    'x-example': 'www-data',
  },
)

const door = choice(['proxy', 'forward_auth'], {
  'forward-auth': 'forward_auth',
  forwardauth: 'forward_auth',
  auth: 'forward_auth',
})

export const listener = z.strictObject({
  address: address
    .optional()
    .describe('Address and port. `0.0.0.0` is every IPv4 address of the machine, `[::]` every address.'),
  unix: path('/run/gatehouse/gate.sock')
    .optional()
    .describe(
      'A Unix socket instead of an address. Whoever may connect to it is trusted like a trusted proxy.',
    ),
  mode: mode
    .optional()
    .meta({ 'x-default': "'0660'" })
    .describe('Who may connect to the socket; in quotes, since YAML reads a bare 0660 as another number.'),
  group: group.optional().describe("The socket's group, by name or number."),
  door: door
    .prefault('proxy')
    .describe(
      'What listens there. `proxy`: visitors come in here. `forward_auth`: the NGINX, Caddy, HAProxy, Traefik or Envoy in front asks here about each request, at the paths that Authelia has for it. A listener has one door.',
    ),
  tls: oneOrMore(certificate)
    .optional()
    .describe(
      'HTTPS (HTTP/1.1 and HTTP/2) with this certificate, or a list of them, chosen by the name the browser asks for.',
    ),
})
