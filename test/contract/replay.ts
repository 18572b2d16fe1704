/** Replays one group in order, with live sessions in the place of the recorded ones. */

import type { Played } from './compare.ts'
import { type Exchange, type Group, valuesOf } from './exchange.ts'
import { login } from './logins.ts'
import { send } from './raw-client.ts'
import { BEFORE, PREPARED, type Stage } from './steps.ts'
import type { Subject } from './subject.ts'

/** Sessions that were made by logins outside of the recordings, and the placeholders. */
async function prepare(subject: Subject, rows: readonly Exchange[]): Promise<Map<string, string>> {
  const sessions = new Map<string, string>()
  const asked = rows.flatMap(row => valuesOf(row.request.headers, 'Cookie')).join(' ')
  for (const [, placeholder = '', user = ''] of asked.matchAll(/(\{([a-z]+):1fa\})/g)) {
    if (!sessions.has(placeholder)) sessions.set(placeholder, await login(subject, user))
  }
  for (const [value, user] of Object.entries(PREPARED)) {
    if (asked.includes(value)) sessions.set(value, await login(subject, user))
  }
  return sessions
}

function replaced(text: string, sessions: ReadonlyMap<string, string>): string {
  let result = text
  for (const [recorded, live] of sessions) result = result.replaceAll(recorded, () => live)
  return result
}

function sessionIn(headers: Exchange['request']['headers']): string | undefined {
  return /^[^=]+=([^;]+)/.exec(valuesOf(headers, 'Set-Cookie')[0] ?? '')?.[1]
}

/** @param each is told each exchange and what came of it */
export async function replay(
  subject: Subject,
  group: Group,
  rows: readonly Exchange[],
  each: (row: Exchange, played: Played) => void,
): Promise<void> {
  const stage: Stage = { subject, sessions: new Map(), secret: undefined }
  const before = BEFORE[group] ?? {}
  await before['(start)']?.(stage)
  for (const [key, value] of await prepare(subject, rows)) stage.sessions.set(key, value)
  for (const row of rows) {
    const edited = await before[row.name]?.(stage)
    const body = edited ?? row.request.body
    // Edited bodies have the recorded length: one code has as many digits as another.
    const sent = row.request.headers.map(([name, value]) => {
      return [name, name.toLowerCase() === 'cookie' ? replaced(value, stage.sessions) : value] as const
    })
    const answer = await send(subject.asked ?? subject.server, { ...row.request, headers: sent, body })
    const [recorded, live] = [sessionIn(row.response.headers), sessionIn(answer.headers)]
    // Not what Authelia echoed: `nonsense` and `bad` are sent as they are.
    if (recorded?.length === 32 && live !== undefined) stage.sessions.set(recorded, live)
    each(row, { sent, answer, now: subject.now() })
  }
}
