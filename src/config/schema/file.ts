import { z } from 'zod'
import { Refusal } from '../fault.ts'
import { domain } from '../values/domain.ts'
import { trustedNetwork } from '../values/network.ts'
import { whole } from '../values/number.ts'
import { path } from '../values/path.ts'
import { oneOrMore, scalar } from '../values/scalar.ts'
import { app } from './app.ts'
import { deploy } from './deploy.ts'
import { listener } from './listen.ts'
import { oidcApp } from './oidc-app.ts'
import type { rule } from './rule.ts'
import { authelia, portal } from './session.ts'

const MOST_WORKERS = 64

const workers = scalar(
  input => {
    if (input === 'auto') return 'auto' as const
    if (typeof input === 'number' && Number.isInteger(input) && input >= 1 && input <= MOST_WORKERS)
      return input
    throw new Refusal(`The number of workers is a whole number from 1 to ${MOST_WORKERS}, or auto.`, 'auto')
  },
  {
    anyOf: [{ type: 'integer', minimum: 1, maximum: MOST_WORKERS }, { const: 'auto' }],
    'x-type': 'whole number, or `auto`',
  },
)

/** gatehouse.yml: the one description of what may stand in it, what it means and what is left out. */
export const file = z.strictObject({
  domain: domain.describe(
    'The domain whose session cookie is shared: the `domain` of `session.cookies` in Authelia. Apps and portal are inside it.',
  ),
  public_port: whole(1, 65535)
    .prefault(443)
    .describe('The https port as browsers see it, for addresses that are handed out.'),
  listen: z
    .array(listener)
    .nonempty()
    .prefault([{ address: '127.0.0.1:9080' }, { address: '127.0.0.1:9081', door: 'forward_auth' }])
    .describe(
      'Where Gatehouse listens. Without `tls` something in front of it must speak HTTPS with the browsers.',
    ),
  trusted_proxies: oneOrMore(trustedNetwork)
    .optional()
    .meta({
      'x-default': 'loopback for plain listeners on loopback, else nobody',
      'x-example': ['127.0.0.1/32'],
    })
    .describe(
      'Whose X-Forwarded-For and X-Forwarded-Proto count. Anyone in it can say where a visitor comes from.',
    ),
  workers: workers
    .prefault(1)
    .describe(
      'Processes that share the work, behind the same ports. `auto`: one for each core of the machine; each takes some 50 MB of its own. From 1 to more, or back, takes a restart.',
    ),
  authelia: authelia.optional().describe('Sessions from Authelia. Exactly one of `authelia` and `portal`.'),
  portal: portal
    .optional()
    .describe(
      'Sessions from the built-in portal, a small stand-in for Authelia. Exactly one of `authelia` and `portal`.',
    ),
  apps: z
    .record(z.string(), app)
    .prefault({})
    .describe('The apps, each under a name of its own: small letters, digits and hyphens.'),
  oidc_apps: z
    .record(z.string(), oidcApp)
    .prefault({})
    .describe(
      'Apps that speak OpenID Connect themselves, each under a name of its own. Gatehouse does not stand in front of them: it writes their clients for Authelia and what to type into each, and the built-in portal serves them.',
    ),
  secrets: path('secrets')
    .prefault('secrets')
    .describe(
      'The folder of the secrets that Gatehouse makes and keeps: client secrets, keys, certificates of an own authority.',
    ),
  deploy: deploy
    .prefault({})
    .describe(
      'What `gatehouse render` and `gatehouse apply` need beside the apps: Authelia and NGINX as they shall be.',
    ),
})

/** The file with its defaults filled in and its values read. */
export type FileConfig = z.output<typeof file>
/** What is left of a faulty file: each key at the top may be gone, and what is there is whole. */
export const partialFile = file.partial()
export type PartialFile = z.output<typeof partialFile>
export type FileApp = z.output<typeof app>
export type FileRule = z.output<typeof rule>
export type FileListener = z.output<typeof listener>
