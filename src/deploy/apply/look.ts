/** Looks whether the house runs after a switch. */
import type { Effects } from './effects.ts'
import { ApplyError, type Outside } from './outside.ts'
import { journal, type Told, workersOfNginx } from './services.ts'
import type { Survey } from './survey.ts'
import { indented } from './trial.ts'

/** Milliseconds that services get until they answer; Authelia waits for its mail server and the clock. */
const PATIENCE = 45_000
const STEP = 500

/**
 * @returns what is not right and not of this switch's making, for a person to know
 * @throws ApplyError with what does not run, and its own words
 */
export async function look(
  found: Survey,
  effects: Effects,
  told: Told,
  outside: Outside,
): Promise<readonly string[]> {
  if (found.wish.root !== '') return []
  const until = outside.now() + PATIENCE
  if (outside.systemd) await unitsRun(effects.start, until, outside)
  if (told.workers === undefined) return []
  if (outside.systemd) await workersAreNew(told.workers, until, outside)
  const remarks = await nginxAnswers(found, effects, until, outside)
  // One that dies a moment after its start is seen now.
  if (outside.systemd) await unitsRun(effects.start, until, outside)
  return remarks
}

async function unitsRun(units: readonly string[], until: number, outside: Outside): Promise<void> {
  for (const unit of units) {
    for (;;) {
      const ran = await outside.run('systemctl', ['is-active', unit])
      const state = ran?.said.trim() ?? 'unknown'
      if (state === 'active') break
      if (state === 'failed' || outside.now() > until) {
        const log = await journal(outside, unit)
        throw new ApplyError(`${unit} does not run (${state}):\n${indented(log)}`.trimEnd())
      }
      await outside.sleep(STEP)
    }
  }
}

async function workersAreNew(before: readonly number[], until: number, outside: Outside): Promise<void> {
  for (;;) {
    const now = await workersOfNginx(outside)
    if (now.some(pid => !before.includes(pid))) return
    if (outside.now() > until) {
      const log = await outside.run('tail', ['-n', '5', '/var/log/nginx/error.log'])
      throw new ApplyError(`NGINX did not take the new files:\n${indented(log?.said.trim() ?? '')}`.trimEnd())
    }
    await outside.sleep(STEP)
  }
}

async function nginxAnswers(
  { plan, wish }: Survey,
  { start }: Effects,
  until: number,
  outside: Outside,
): Promise<readonly string[]> {
  const port = doorOf(plan.files, wish.host)
  if (port === undefined) return []
  for (;;) {
    const knock = await outside.knock(wish.host, port)
    if ('status' in knock && knock.status < 500) return []
    if (outside.now() > until || (start.length === 0 && 'status' in knock)) {
      const said = `https://${wish.host} on this machine's port ${port}`
      if ('fault' in knock) throw new ApplyError(`NGINX does not answer for ${said}: ${knock.fault}`)
      const remark = `NGINX answers with ${knock.status} for ${said}: what stands behind it does not answer`
      if (start.length > 0) throw new ApplyError(remark)
      return [`${remark}. This apply did not touch that: gatehouse doctor says more.`]
    }
    await outside.sleep(STEP)
  }
}

/** The https port at which the rendered NGINX has a host; undefined: it does not have it. */
export function doorOf(
  files: readonly { readonly path: string; readonly content: string }[],
  host: string,
): number | undefined {
  for (const { path, content } of files) {
    const names = [...content.matchAll(/^\s*server_name\s([^;]*);/gm)].flatMap(
      match => match[1]?.split(/\s+/) ?? [],
    )
    if (!path.startsWith('nginx/') || !names.includes(host)) continue
    const listen = /^\s*listen\s+(?:[\w.[\]:]+:)?(\d+)\s[^;]*ssl/m.exec(content)
    if (listen !== null) return Number(listen[1])
  }
  return undefined
}
