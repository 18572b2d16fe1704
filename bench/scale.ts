/** Does it get slower with more apps, or with more sessions? Against one app and one session, in the same rounds. */
import { startGateway } from './lib/gateway.ts'
import { pool, startNginx, TO_APP } from './lib/nginx.ts'
import { DOMAIN } from './lib/portal.ts'
import { resultOf } from './lib/result.ts'
import { type Entry, memoryOf, race, type Timing } from './lib/rounds.ts'
import { startServer } from './lib/stub.ts'
import type { Contender, Opened, Result, Rig } from './lib/types.ts'

interface Case {
  readonly id: string
  readonly title: string
  /** In the configuration. */
  readonly apps: number
  /** Of these apps, so many are asked in turn, each by a connection of its own to the app behind it. */
  readonly visited: number
  readonly sessions: number
  /** NGINX that checks nothing, in the gateway's place: what the connections alone cost. */
  readonly raw?: true
  /** What it is held against. */
  readonly base: string
}

const CASES: readonly Case[] = [
  { id: 'one', title: '1 app, 1 session', apps: 1, visited: 1, sessions: 1, base: 'one' },
  { id: 'apps', title: '1,000 apps, one of them visited', apps: 1000, visited: 1, sessions: 1, base: 'one' },
  { id: 'sessions', title: '100,000 sessions in turn', apps: 1, visited: 1, sessions: 100_000, base: 'one' },
  { id: 'turns', title: '1,000 apps in turn', apps: 1000, visited: 1000, sessions: 1, base: 'one' },
  { id: 'raw-one', title: 'raw NGINX, 1 app', apps: 1, visited: 1, sessions: 1, raw: true, base: 'raw-one' },
  {
    id: 'raw-turns',
    title: 'raw NGINX, 1,000 apps in turn',
    apps: 1000,
    visited: 1000,
    sessions: 1,
    raw: true,
    base: 'raw-one',
  },
]

/** One app and one session first; each ratio is to its own base. */
export type Scale = readonly Result[]

/** Verdicts outlive the run, so that what is measured is finding them, not asking for them. */
const KEEP = 'verdict_ttl: 5m'

const HEADERS = { Host: `app1.${DOMAIN}`, 'X-Forwarded-Proto': 'https', Cookie: 'authelia_session=s1' }

const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n + 1)

async function gate(rig: Rig, { apps }: Case): Promise<Opened> {
  const authority = await startServer(rig.stage, 'authelia-stub', rig.cores.contender)
  const lines = numbers(apps).map(
    n => `  app${n}: { upstream: 'http://127.0.0.1:${rig.upstream}', policy: one_factor }`,
  )
  const gateway = await startGateway(rig, {
    authority: authority.port,
    door: 'proxy',
    apps: lines.join('\n'),
    authelia: [KEEP],
  })
  const processes = { gatehouse: gateway.program.pid, 'authelia-stub': authority.program.pid }
  return { port: gateway.port, headers: HEADERS, processes, told: 'Remote-User' }
}

async function raw(rig: Rig, { apps }: Case): Promise<Opened> {
  const { port, program } = await startNginx(rig, {
    name: 'nginx-scale',
    core: rig.cores.contender,
    http: own => `server_names_hash_max_size 16384; server_names_hash_bucket_size 128;
${numbers(apps)
  .map(
    n => `${pool(`app${n}`, rig.upstream)}
server { listen 127.0.0.1:${own}; server_name app${n}.${DOMAIN}; location / { ${TO_APP.replace('//app', `//app${n}`)} } }`,
  )
  .join('\n')}`,
  })
  return { port, headers: HEADERS, processes: { nginx: program.pid }, told: undefined }
}

const contender = (one: Case): Contender => ({
  id: `scale-${one.id}`,
  title: one.title,
  what: one.raw ? 'NGINX that checks nothing' : 'the proxy door, verdicts kept for 5 minutes',
  open: rig => (one.raw ? raw(rig, one) : gate(rig, one)),
})

/** @param app the app's process */
export async function measureScale(
  rig: Rig,
  app: number,
  timing: Timing,
  say: (line: string) => void,
): Promise<Scale> {
  const stage = rig.stage.part()
  try {
    const entries = new Map<string, Entry>()
    for (const one of CASES) {
      const kind = contender(one)
      const opened = await kind.open({ ...rig, stage })
      const rotate = { sessions: one.sessions, apps: one.visited }
      entries.set(one.id, { contender: kind, opened, rotate, rest: memoryOf(opened), samples: [] })
    }
    await race(rig, [...entries.values()], app, timing, say, (entry, error) => {
      throw new Error(`${entry.contender.title}: ${error instanceof Error ? error.message : String(error)}`)
    })
    return CASES.flatMap(one => {
      const entry = entries.get(one.id)
      const base = entries.get(one.base)
      if (entry === undefined || base === undefined) return []
      return resultOf({ ...entry.contender, samples: entry.samples, memory: after(entry) }, base.samples)
    })
  } finally {
    await stage.close()
  }
}

/** What each process had at rest, and has now. */
export function after(entry: Entry): Result['memory'] {
  const load = memoryOf(entry.opened)
  return Object.fromEntries(
    Object.entries(entry.rest).map(([name, rest]) => [name, { rest, load: load[name] ?? Number.NaN }]),
  )
}
