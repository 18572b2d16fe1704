/** A way to walk requests in tests: a configuration, a stand-in for the verdicts, and one call. */

import { authorize } from '../../src/authz/authorize.ts'
import type { Answer, Arrival, Exchange } from '../../src/authz/exchange.ts'
import { type Ground, prepare } from '../../src/authz/ground.ts'
import type { App, Config } from '../../src/config/model.ts'
import type { Question, Sessions, State, Unavailable, Verdict } from '../../src/session/sessions.ts'
import { noHouse } from '../support/no-house.ts'
import { ANY } from './rules.ts'

export const NOW = Date.UTC(2026, 10, 24, 12)

export const ALICE = {
  user: 'alice',
  groups: ['admins', 'family'],
  name: 'Alice',
  email: 'alice@example.com',
}
export const BOB = { user: 'bob', groups: ['family'], name: 'Bob', email: 'bob@example.com' }

export function app(name: string, more: Partial<App> = {}): App {
  return {
    name,
    hosts: [`${name}.example.com`],
    upstream: { kind: 'http', origin: 'http://127.0.0.1:1', host: '127.0.0.1:1' },
    upstream_host: 'keep',
    timeouts: { connect: 1000, first_byte: 1000, idle: 0 },
    streams: { recheck: 5_000, counts_as_activity: true },
    paths: 'strict',
    cross_site: 'deny',
    preflight: 'judge',
    basic: 'off',
    framed_by: [],
    policy: 'one_factor',
    rules: [],
    identity_headers: {
      'Remote-User': 'user',
      'Remote-Groups': 'groups',
      'Remote-Name': 'name',
      'Remote-Email': 'email',
    },
    ...more,
  }
}

/** A rule with everything open but what is given. */
export function rule(more: Partial<App['rules'][number]>): App['rules'][number] {
  return { ...ANY, policy: 'deny', label: 'apps.test.rules[0]', ...more }
}

export interface World {
  /** What Authelia says of a session's value; absent sessions must log in. */
  readonly verdicts?: Readonly<Record<string, Verdict>>
  readonly states?: Readonly<Record<string, State | Unavailable>>
  readonly basic?: Verdict
  /** Whether answers come later. */
  readonly slow?: boolean
  readonly public_port?: number
  readonly autheliaLooks?: boolean
}

export const allow = (identity: typeof ALICE | undefined): Verdict => ({
  kind: 'allow',
  identity,
  until: NOW + 2000,
})

export interface Way {
  readonly ground: Ground
  readonly asked: Question[]
  walk(arrival: Partial<Arrival> & { host?: string }): Promise<{ exchange: Exchange; answer: Answer }>
}

/** Makes the way ready for these apps. Requests come over TLS from 192.0.2.7 unless told. */
export function openWay(apps: readonly App[], world: World = {}): Way {
  const asked: Question[] = []
  const listeners: ((session: string) => void)[] = []
  const sessions: Sessions = {
    verdict(question) {
      asked.push(question)
      const known =
        question.authorization === undefined ? world.verdicts?.[question.session ?? ''] : world.basic
      const verdict: Verdict = known ?? { kind: 'login', cookies: [] }
      return world.slow ? Promise.resolve(verdict) : verdict
    },
    state: async session => world.states?.[session],
    signOut: async () => true,
    forget: session => void listeners.map(listener => listener(session)),
    anew: {
      verdict: async question => sessions.verdict(question),
      state: session => sessions.state(session),
    },
    onForget: listener => void listeners.push(listener),
    stats: () => ({ kept: 0, asked: 0, shared: 0, grace: 0, failed: 0, limited: 0 }),
    async close() {},
  }
  const config: Config = {
    file: '/etc/gatehouse/gatehouse.yml',
    domain: 'example.com',
    public_port: world.public_port ?? 443,
    listen: [],
    workers: 1,
    apps,
    ...noHouse,
    session: {
      cookie: 'authelia_session',
      portal: 'https://auth.example.com',
      portal_host: 'auth.example.com',
      inactivity: 300_000,
    },
  }
  const ground = prepare(config, {
    sessions,
    clock: () => NOW,
    autheliaLooks: () => world.autheliaLooks ?? false,
  })
  return {
    ground,
    asked,
    async walk(given) {
      const { host = 'cams.example.com', headers = [], ...rest } = given
      const arrival: Arrival = {
        id: 'test-1',
        method: 'GET',
        target: '/',
        peer: '192.0.2.7',
        trusted: false,
        trusts: () => false,
        secure: true,
        upgrade: false,
        ...rest,
        headers: host === '' ? headers : ['Host', host, ...headers],
      }
      return await authorize(arrival, ground, error => {
        throw error
      })
    },
  }
}

/** The values that the app would get for a header name, in any spelling of it. */
export function valuesOf(exchange: Exchange, name: string): string[] {
  const fold = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '-')
  const values: string[] = []
  for (let i = 0; i < exchange.headers.length; i += 2) {
    if (fold(exchange.headers[i] ?? '') === fold(name)) values.push(exchange.headers[i + 1] ?? '')
  }
  return values
}

/** An answer in a word: `pass`, `redirect`, `refuse:denied`. */
export function word(answer: Answer): string {
  return answer.kind === 'refuse' ? `refuse:${answer.refusal.code}` : answer.kind
}
