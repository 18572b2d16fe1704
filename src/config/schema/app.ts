import { z } from 'zod'
import { HEADER_ENTRIES, OIDC_ENTRIES } from '../../catalog/catalog.ts'
import { Refusal } from '../fault.ts'
import type { IdentityField } from '../model.ts'
import { choice, truth } from '../values/choice.ts'
import { duration } from '../values/duration.ts'
import { host } from '../values/host.ts'
import { kind } from '../values/kind.ts'
import { asText, oneOrMore, scalar } from '../values/scalar.ts'
import { upstream } from '../values/upstream.ts'
import { policy, rule } from './rule.ts'
import { upstreamTls } from './upstream-tls.ts'

const timeouts = z.strictObject({
  connect: duration('10ms', '10m').prefault('5s').describe('Until the app takes the connection.'),
  first_byte: duration('0s', '1d')
    .prefault('60s')
    .describe('Until its answer begins; `0s`: as long as it likes.'),
  idle: duration('0s', '7d')
    .prefault('0s')
    .describe('Between two bytes of it; `0s`: streams and cameras may pause as they like.'),
})

const streams = z.strictObject({
  recheck: duration('1s', '1h')
    .prefault('5s')
    .describe(
      'How often the session behind an open stream is asked about. A stream whose session ended is cut within this time and a second.',
    ),
  counts_as_activity: truth
    .prefault(true)
    .describe(
      '`true`: an open stream keeps its session alive, and is cut too when a group is gone or a rule says no. `false`: it does not, so the session can expire under it; then the end of the session and the rules of this file are seen, and no more.',
    ),
})

const frame = scalar(
  input => {
    const written = asText(input, 'organizr')
    if (/^https:\/\/[a-z0-9.-]+(:\d+)?$/i.test(written)) return written.toLowerCase()
    if (/^[a-z0-9-]+$/.test(written)) return written
    const url = URL.canParse(written) ? new URL(written) : undefined
    const hint = url?.host ? `https://${url.host}` : 'organizr'
    throw new Refusal('The name of an app is wanted here, or an https address without path.', hint)
  },
  { type: 'string', 'x-type': 'app or https URL', 'x-example': 'organizr' },
)

/** The four headers that Authelia's own integrations use. */
export const usualHeaders: Readonly<Record<string, IdentityField>> = {
  'Remote-User': 'user',
  'Remote-Groups': 'groups',
  'Remote-Name': 'name',
  'Remote-Email': 'email',
}

export const app = z.strictObject({
  upstream: upstream.describe(
    'Where the app listens: `http://host:port`, `https://host:port` or `unix:/path`, without a path behind it.',
  ),
  kind: kind(
    HEADER_ENTRIES.map(entry => entry.kind),
    {
      kinds: OIDC_ENTRIES.map(entry => entry.kind),
      why: 'speaks OpenID Connect itself: such an app stands below "oidc_apps".',
      there: name => `oidc_apps: { …: { kind: ${name}, url: https://… } }`,
    },
    'octoprint',
  )
    .optional()
    .meta({ 'x-example': 'shinobi' })
    .describe('Which app it is: its headers are set then, and `gatehouse apps show` says what to set in it.'),
  host: host
    .optional()
    .meta({ 'x-default': '`<app>.<domain>`' })
    .describe("The app's address, as browsers see it; inside `domain`."),
  hosts: oneOrMore(host)
    .optional()
    .meta({ 'x-example': ['cams.example.com', 'porch.example.com'] })
    .describe('Several of them, instead of `host`.'),
  policy: policy
    .prefault('one_factor')
    .describe(
      'What the app asks for where no rule says otherwise. Authelia may ask for more, never for less.',
    ),
  rules: z
    .array(rule)
    .prefault([])
    .describe(
      "Exceptions, from top to bottom: the first that matches decides. Authelia's words and meaning.",
    ),
  upstream_tls: upstreamTls
    .optional()
    .meta({ 'x-example': { ca: 'camera.pem' } })
    .describe('For an https upstream with a certificate of its own making: one of the three.'),
  upstream_host: choice(['keep', 'rewrite'])
    .prefault('keep')
    .describe("The Host that the app sees: the browser's (`keep`), or the upstream's own (`rewrite`)."),
  timeouts: timeouts.prefault({}).describe('How long the app may take.'),
  streams: streams
    .prefault({})
    .describe(
      'WebSockets, event streams and webcam pictures that stay open (proxy door): how they are watched over.',
    ),
  paths: choice(['strict', 'raw'])
    .prefault('strict')
    .describe(
      '`strict`: addresses that two programs could read differently are refused once a rule looks at them. `raw`: passed as they come, for GitLab, Jenkins, RabbitMQ, npm and S3; only without rules that look at the address.',
    ),
  cross_site: choice(['deny', 'allow', 'deny_all'], { true: 'allow', false: 'deny' })
    .prefault('deny')
    .describe(
      "Requests that another site's page makes. `deny`: no WebSockets and no changes; `deny_all`: nothing at all, for cameras that act on a plain GET; `allow`: the app defends itself.",
    ),
  preflight: choice(['judge', 'pass'])
    .prefault('judge')
    .describe(
      'CORS preflights (OPTIONS without a cookie): judged like all else, or passed for the app to answer.',
    ),
  basic: choice(['off', 'authelia'], {
    false: 'off',
    no: 'off',
    true: 'authelia',
    on: 'authelia',
    yes: 'authelia',
  })
    .prefault('off')
    .describe(
      '`authelia`: scripts may send user and password (HTTP Basic), which Authelia checks. Not for two_factor.',
    ),
  framed_by: z
    .array(frame)
    .prefault([])
    .describe('Pages that may show the app in a frame: names of apps here (Organizr), or https addresses.'),
  identity_headers: z
    .record(
      z.string(),
      choice(['user', 'groups', 'name', 'email'], {
        username: 'user',
        group: 'groups',
        mail: 'email',
        display_name: 'name',
      }),
    )
    .optional()
    .meta({
      'x-default': 'those of `kind`, else `Remote-User`, `Remote-Groups`, `Remote-Name`, `Remote-Email`',
      'x-type': 'names of headers, each with `user`, `groups`, `name` or `email`',
    })
    .describe(
      'Which header tells the app what. What visitors send under these names, however spelled, never reaches it.',
    ),
})
