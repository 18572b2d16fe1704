/** Does it get slower with more apps, or with more sessions? Against one app and one session, in the same rounds. */
import { startGateway } from './lib/gateway.ts'
import { DOMAIN } from './lib/portal.ts'
import { resultOf } from './lib/result.ts'
import { type Entry, memoryOf, race, type Timing } from './lib/rounds.ts'
import { startServer } from './lib/stub.ts'
import type { Contender, Result, Rig } from './lib/types.ts'

interface Case {
  readonly id: string
  readonly title: string
  readonly apps: number
  readonly sessions: number
}

export const CASES: readonly [Case, ...Case[]] = [
  { id: 'one', title: '1 app, 1 session', apps: 1, sessions: 1 },
  { id: 'apps', title: '1,000 apps, 1 session', apps: 1000, sessions: 1 },
  { id: 'sessions', title: '1 app, 100,000 sessions', apps: 1, sessions: 100_000 },
]

/** Verdicts outlive the run, so that what is measured is finding them, not asking for them. */
const KEEP = 'verdict_ttl: 5m'

const contender = ({ id, title, apps }: Case): Contender => ({
  id: `scale-${id}`,
  title,
  what: `the proxy door with ${title}, each request another one's; verdicts kept for 5 minutes`,
  async open(rig) {
    const authority = await startServer(rig.stage, 'authelia-stub', rig.cores.contender)
    const lines = Array.from(
      { length: apps },
      (_, n) => `  app${n + 1}: { upstream: 'http://127.0.0.1:${rig.upstream}', policy: one_factor }`,
    )
    const gateway = await startGateway(rig, {
      authority: authority.port,
      door: 'proxy',
      apps: lines.join('\n'),
      authelia: [KEEP],
    })
    return {
      port: gateway.port,
      headers: { Host: `app1.${DOMAIN}`, 'X-Forwarded-Proto': 'https', Cookie: 'authelia_session=s1' },
      processes: { gatehouse: gateway.program.pid, 'authelia-stub': authority.program.pid },
      told: 'Remote-User',
    }
  },
})

/** One app and one session first, whose ratio is 1; then more of each. */
export type Scale = readonly Result[]

/** @param app the app's process */
export async function measureScale(
  rig: Rig,
  app: number,
  timing: Timing,
  say: (line: string) => void,
): Promise<Scale> {
  const stage = rig.stage.part()
  try {
    const entries: (Entry & { contender: Contender })[] = []
    for (const one of CASES) {
      const kind = contender(one)
      const opened = await kind.open({ ...rig, stage })
      const rotate = { sessions: one.sessions, apps: one.apps }
      entries.push({ contender: kind, opened, rotate, rest: memoryOf(opened), samples: [] })
    }
    await race(rig, entries, app, timing, say)
    const base = entries[0]?.samples ?? []
    return entries.map(entry =>
      resultOf({ ...entry.contender, samples: entry.samples, memory: after(entry) }, base),
    )
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
