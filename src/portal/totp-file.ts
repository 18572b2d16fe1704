/** The authenticator apps of the users, kept in a file that its owner alone can read. */
import { readFile } from 'node:fs/promises'
import { writeWhole } from './write-whole.ts'

/** One user's authenticator app. */
export interface Device {
  /** Base32, RFC 4648, without padding. */
  readonly secret: string
  readonly algorithm: 'SHA1' | 'SHA256' | 'SHA512'
  readonly digits: number
  /** Seconds. */
  readonly period: number
  readonly issuer: string
  /** ISO 8601. */
  readonly created: string
}

export interface Devices {
  find(user: string): Device | undefined
  /** Keeps the device, on disk first. Rejects when it cannot be written: then nothing has changed. */
  set(user: string, device: Device): Promise<void>
  /** As `set`, unless there is one already: of two enrolments at once the first wins. */
  add(user: string, device: Device): Promise<boolean>
  remove(user: string): Promise<boolean>
}

/** The file is there and cannot be used. Never answered by starting afresh: that would drop every second factor. */
export class TotpFileError extends Error {
  override name = 'TotpFileError'
}

const VERSION = 1
const ALGORITHMS: readonly unknown[] = ['SHA1', 'SHA256', 'SHA512']

function isDevice(value: unknown): value is Device {
  if (typeof value !== 'object' || value === null) return false
  const { secret, algorithm, digits, period, issuer, created } = value as Record<string, unknown>
  return (
    typeof secret === 'string' &&
    /^[A-Z2-7]{16,}$/.test(secret) &&
    ALGORITHMS.includes(algorithm) &&
    (digits === 6 || digits === 8) &&
    typeof period === 'number' &&
    period >= 15 &&
    typeof issuer === 'string' &&
    typeof created === 'string'
  )
}

function readDevices(file: string, text: string): Map<string, Device> {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    throw new TotpFileError(`${file} is not JSON`)
  }
  const { version, devices } = (content ?? {}) as Record<string, unknown>
  if (version !== VERSION) throw new TotpFileError(`${file} is of version ${String(version)}, not ${VERSION}`)
  if (typeof devices !== 'object' || devices === null) throw new TotpFileError(`${file} has no devices`)
  const map = new Map<string, Device>()
  for (const [user, device] of Object.entries(devices)) {
    if (!isDevice(device)) throw new TotpFileError(`${file}: the device of ${user} is damaged`)
    map.set(user, device)
  }
  return map
}

/** @throws TotpFileError when the file is there and cannot be used */
export async function openDevices(file: string): Promise<Devices> {
  let devices = new Map<string, Device>()
  try {
    devices = readDevices(file, await readFile(file, 'utf8'))
  } catch (error) {
    if (error instanceof TotpFileError) throw error
    const { code = 'unknown' } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT') throw new TotpFileError(`${file} cannot be read (${code})`)
  }
  let writing: Promise<unknown> = Promise.resolve()

  const change = (edit: (next: Map<string, Device>) => void): Promise<void> => {
    const turn = writing.then(async () => {
      const next = new Map(devices)
      edit(next)
      const content = { version: VERSION, devices: Object.fromEntries(next) }
      await writeWhole(file, `${JSON.stringify(content, null, 2)}\n`)
      devices = next
    })
    // One that fails must not stop those behind it.
    writing = turn.catch(() => undefined)
    return turn
  }

  return {
    find: user => devices.get(user),
    set: (user, device) => change(next => next.set(user, device)),
    async add(user, device) {
      let added = false
      await change(next => {
        added = !next.has(user)
        if (added) next.set(user, device)
      })
      return added
    },
    async remove(user) {
      const known = devices.has(user)
      if (known) await change(next => next.delete(user))
      return known
    },
  }
}
