/** Codes of authenticator apps (RFC 6238), each good for one use (section 5.2). */
import { Secret, TOTP } from 'otpauth'
import type { Clock } from '../types.ts'
import type { TotpSettings } from './settings.ts'
import type { Device } from './totp-file.ts'

export interface Codes {
  /** Whether the code is the device's now and was not used before; using it up. @param skew periods before and after now */
  use(user: string, device: Device, code: string, skew: number): boolean
  /** How many users have a used code on record; bounded by the number of users with devices. */
  readonly size: number
}

function generator(device: Device): TOTP {
  const { algorithm, digits, period, issuer } = device
  return new TOTP({ issuer, algorithm, digits, period, secret: Secret.fromBase32(device.secret) })
}

export function openCodes(clock: Clock): Codes {
  /** The last time step that each user's code was of: an older or equal step is never taken again. */
  const lastStep = new Map<string, number>()
  return {
    use(user, device, code, skew) {
      if (!/^\d{6}(\d{2})?$/.test(code)) return false
      const timestamp = clock()
      const delta = generator(device).validate({ token: code, timestamp, window: skew })
      if (delta === null) return false
      const step = Math.floor(timestamp / 1000 / device.period) + delta
      const last = lastStep.get(user)
      if (last !== undefined && step <= last) return false
      lastStep.set(user, step)
      return true
    },
    get size() {
      return lastStep.size
    },
  }
}

/** A new secret of 32 bytes, as Authelia's, in base32. */
export function newSecret(random: (size: number) => Uint8Array): string {
  return new Secret({ buffer: new Uint8Array(random(32)).buffer }).base32
}

/** The device that a secret makes under these settings. */
export function newDevice(secret: string, settings: TotpSettings, now: number): Device {
  const { algorithm, digits, period, issuer } = settings
  return { secret, algorithm, digits, period, issuer, created: new Date(now).toISOString() }
}

/** The otpauth address that a QR code holds. */
export function deviceUri(user: string, device: Device): string {
  const totp = generator(device)
  totp.label = user
  return totp.toString()
}
