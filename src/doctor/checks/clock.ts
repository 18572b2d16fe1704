/** Whether this machine's clock is right: against others, and whether anything keeps it so. */
import { type Answer, failed, type Seen } from '../outside.ts'
import { get, header, type Site, sites } from '../seen/sites.ts'
import { check, type Finding, fault, ok, type Premises, skipped, warning } from '../types.ts'

/** A Date header has no parts of a second, and the answer took its time. */
const NOISE = 10_000
/** A code from an app on the phone lives so long; Authelia takes the one before and after. */
const HARM = 30_000

interface Told {
  readonly site: Site
  /** How far its clock is ahead of ours, in milliseconds; undefined where it says nothing. */
  readonly ahead: number | undefined
}

interface ClockSeen {
  readonly told: readonly Told[]
  /** What systemd says of NTP. */
  readonly ntp: 'yes' | 'no' | 'unknown'
}

function aheadOf(answer: Seen<Answer>, now: number): number | undefined {
  if (failed(answer)) return undefined
  const theirs = Date.parse(header(answer, 'date') ?? '')
  return Number.isNaN(theirs) ? undefined : theirs - now
}

async function probe(premises: Premises): Promise<ClockSeen> {
  const { config, outside } = premises
  // What stands behind our NGINX has our clock; the portal and apps with their own TLS may be elsewhere.
  const others = sites(config).filter(({ kind }) => kind !== 'app')
  const told = others.map(async site => {
    const answer = await get(
      premises,
      site.kind === 'portal' ? `${site.origin}/api/health` : `${site.origin}/`,
    )
    return { site, ahead: aheadOf(answer, outside.clock()) }
  })
  const ran = await outside.run('timedatectl', ['show', '--property=NTPSynchronized', '--value'])
  const said = failed(ran) || ran.code !== 0 ? '' : ran.stdout.trim()
  return { told: await Promise.all(told), ntp: said === 'yes' || said === 'no' ? said : 'unknown' }
}

/** `40 s`, `5 min`, `1 h 5 min`. @param time in milliseconds */
export function span(time: number): string {
  const seconds = Math.round(Math.abs(time) / 1000)
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`
}

function judge({ told, ntp }: ClockSeen): Finding[] {
  const off = new Map<string, { hosts: string[]; most: number }>()
  for (const { site, ahead = 0 } of told) {
    if (Math.abs(ahead) <= NOISE) continue
    const by = `${span(ahead)} ${ahead > 0 ? 'ahead of' : 'behind'}`
    const known = off.get(by) ?? { hosts: [], most: 0 }
    off.set(by, { hosts: [...known.hosts, site.host], most: Math.max(known.most, Math.abs(ahead)) })
  }
  if (off.size > 0)
    return [...off].map(([by, { hosts, most }]) => {
      const words = {
        saw: `The clock of ${hosts.join(' and of ')} is ${by} this machine's${hosts.length > 1 ? ', which is alone with its time' : ''}.`,
        why: 'Codes from the phone are refused, sessions end at once or never, and tokens are "not yet valid" or "expired": logins loop.',
        do: 'Find out which is wrong (date), and let NTP keep all of them: timedatectl set-ntp true. In a container it is the host that has the clock.',
      }
      const about = hosts.length > 1 ? '' : (hosts[0] ?? '')
      return most > HARM ? fault(about, words) : warning(about, words)
    })
  if (ntp === 'no')
    return [
      warning('', {
        saw: 'Nothing keeps the clock of this machine right: NTP is not synchronised (timedatectl).',
        why: 'It drifts, until codes from the phone are refused and tokens are "not yet valid".',
        do: 'timedatectl set-ntp true, or install chrony. In a container it is the host that has the clock.',
      }),
    ]
  const asked = told.filter(({ ahead }) => ahead !== undefined).map(({ site }) => site.host)
  if (asked.length === 0 && ntp === 'unknown')
    return [skipped('Nothing here tells another time to compare with.')]
  const agreed = asked.length === 0 ? '' : `agrees with ${asked.join(', ')}`
  const kept = ntp === 'yes' ? 'kept by NTP' : 'who keeps it is not known (no timedatectl)'
  return [ok('', [agreed, kept].filter(Boolean).join('; '))]
}

export const clock = check({
  id: 'clock',
  title: "this machine's clock is right and kept so",
  probe,
  judge,
})
