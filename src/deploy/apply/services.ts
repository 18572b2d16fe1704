/** Tells systemd and NGINX of a switch. */
import type { Effects } from './effects.ts'
import { ApplyError, type Outside, type Ran } from './outside.ts'
import type { Survey } from './survey.ts'
import { indented } from './trial.ts'

/** What was done. */
export interface Told {
  readonly done: readonly string[]
  /** NGINX's workers before it was told; undefined: it was not running. */
  readonly workers: readonly number[] | undefined
}

/**
 * @param target only its `wish` and `root` are read
 * @throws ApplyError with the words of whoever refused
 */
export async function tell(
  effects: Effects,
  { wish }: Pick<Survey, 'wish'>,
  outside: Outside,
  say: (line: string) => void,
): Promise<Told> {
  const done: string[] = []
  const note = (line: string): void => {
    say(line)
    done.push(line)
  }
  if (wish.root !== '') return { done, workers: undefined }
  if (outside.systemd) await tellUnits(effects, outside, note)
  else if (effects.start.length > 0)
    note(`no systemd runs this machine: start ${effects.start.join(', ')} yourself`)
  const workers = effects.nginx ? await tellNginx(wish.nginx, outside, note) : undefined
  return { done, workers }
}

async function tellUnits(
  { units, start, stop }: Effects,
  outside: Outside,
  note: (line: string) => void,
): Promise<void> {
  if (units) await systemctl(outside, ['daemon-reload'])
  for (const name of stop) {
    note(`stopping ${name}`)
    await systemctl(outside, ['stop', name], name)
  }
  for (const name of start) {
    note(`starting ${name}`)
    await systemctl(outside, ['restart', name], name)
  }
}

/** @throws ApplyError with what it said, and the last of the unit's own log */
export async function systemctl(outside: Outside, args: readonly string[], unit?: string): Promise<Ran> {
  const ran = await outside.run('systemctl', args)
  if (ran?.code === 0) return ran
  const said = ran?.said.trim() || 'there is no such program'
  const log = unit === undefined ? '' : await journal(outside, unit)
  throw new ApplyError(`systemctl ${args.join(' ')} failed:\n${indented(`${said}\n${log}`).trimEnd()}`)
}

/** The last lines of a unit's log, or nothing where there is none to be had. */
export async function journal(outside: Outside, unit: string): Promise<string> {
  const ran = await outside.run('journalctl', ['--no-pager', '--quiet', '-o', 'cat', '-n', '15', '-u', unit])
  return ran?.code === 0 ? ran.said.trim() : ''
}

async function tellNginx(
  main: string,
  outside: Outside,
  note: (line: string) => void,
): Promise<readonly number[] | undefined> {
  // What NGINX will read is tested as it stands: a reload that fails is told to nobody but its log.
  const test = await outside.run('nginx', ['-t', '-q', '-c', main])
  if (test !== undefined && test.code !== 0)
    throw new ApplyError(`nginx -t refuses what now stands:\n${indented(test.said.trim())}`)
  if (outside.systemd) {
    const workers = await workersOfNginx(outside)
    note('NGINX takes the new files')
    await systemctl(outside, ['reload-or-restart', 'nginx.service'], 'nginx.service')
    return workers
  }
  const ran = await outside.run('nginx', ['-s', 'reload', '-c', main])
  if (ran === undefined) note('there is no nginx on this machine, so nothing was reloaded')
  else if (ran.code === 0) {
    note('NGINX takes the new files')
    return []
  } else if (/\.pid" failed|invalid PID/.test(ran.said)) note('NGINX is not running: start it yourself')
  else throw new ApplyError(`nginx -s reload failed:\n${indented(ran.said.trim())}`)
  return undefined
}

/** The processes of NGINX that serve; a reload that is taken starts new ones. */
export async function workersOfNginx(outside: Outside): Promise<readonly number[]> {
  const ran = await outside.run('systemctl', ['show', '--property=MainPID', '--value', 'nginx.service'])
  const pid = Number(ran?.said.trim() ?? 0)
  return Number.isSafeInteger(pid) && pid > 0 ? outside.children(pid) : []
}
