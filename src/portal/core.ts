/** The portal's parts, put together: what every endpoint works with. */
import { compile, type Engine } from '../authz/policy.ts'
import type { Clock, Log } from '../types.ts'
import { type Authenticator, isOfNobody, openAuthenticator } from './authenticate.ts'
import { openQueue } from './digest/queue.ts'
import type { Oidc, OidcParts } from './oidc/open.ts'
import type { OidcSettings } from './oidc/settings.ts'
import { openRegulator } from './regulation.ts'
import { openSessionStore, type SessionStore } from './session-store.ts'
import type { CookieDomain, PortalSettings } from './settings.ts'
import { type Codes, openCodes } from './totp-codes.ts'
import { type Devices, openDevices } from './totp-file.ts'
import { openUsers, type Users } from './users.ts'

/** What comes in from outside. */
export interface PortalParts {
  readonly log: Log
  readonly clock: Clock
  /** Cryptographically random bytes. */
  readonly random: (size: number) => Uint8Array
  /** Milliseconds. Given by tests that do not want to wait. */
  readonly sleep: (ms: number) => Promise<void>
}

export interface Core extends PortalParts {
  settings(): PortalSettings
  cookies(): readonly CookieDomain[]
  users(): Users
  devices(): Devices
  engine(): Engine
  /** Absent where no app asks by OpenID Connect. */
  oidc(): Oidc | undefined
  readonly sessions: SessionStore
  readonly authenticator: Authenticator
  readonly codes: Codes
  /** Resolves when what began at `since` (clock) may be answered: every login takes about as long. */
  settle(since: number): Promise<void>
  /** Changes to other settings, or rejects and leaves all as it was. */
  reload(settings: PortalSettings): Promise<void>
  close(): void
}

/** Authelia's own: 250 ms at least, and up to 85 more at random. */
const FLOOR = 250
const JITTER = 86
/** An argon2id of Authelia's default takes 64 MiB and a quarter of a second: two at once, and a minute's line. */
const AT_ONCE = 2
const WAITING = 200
/** Of one address (IPv6: one /64): three seconds of it are the most that anybody else has to wait. */
const OF_ONE = 20
/** Wrong codes from all addresses together, for each that one address may send. */
const PATIENCE = 5

interface State {
  readonly settings: PortalSettings
  readonly engine: Engine
  readonly users: Users
  readonly devices: Devices
  readonly oidc: Oidc | undefined
}

async function openState(settings: PortalSettings, parts: OidcParts, before?: State): Promise<State> {
  const engine = compile(settings.access, { bypassPathOnly: settings.bypassPathOnly })
  // The devices are opened anew only for another file: two writers of one file would undo each other.
  const sameDevices = before !== undefined && before.settings.totp.file === settings.totp.file
  const devices = sameDevices ? before.devices : await openDevices(settings.totp.file)
  const oidc =
    settings.oidc && (await (before?.oidc?.with(settings.oidc) ?? openProvider(settings.oidc, parts)))
  return { settings, engine, devices, oidc, users: await openUsers(settings.users, parts.log) }
}

/** Only a home whose apps need it pays for loading it. */
async function openProvider(settings: OidcSettings, parts: OidcParts): Promise<Oidc> {
  const { openOidc } = await import('./oidc/open.ts')
  return openOidc(settings, parts)
}

/** @throws UsersFileError, TotpFileError, PolicyError when the settings cannot be used */
export async function openCore(settings: PortalSettings, parts: PortalParts): Promise<Core> {
  const { log, clock, random } = parts
  const shared = { ...parts, users: () => state.users }
  let state = await openState(settings, shared)
  let reloading: Promise<void> = Promise.resolve()
  const regulation = () => state.settings.regulation
  const codes = openCodes(clock)
  const authenticator = openAuthenticator({
    users: () => state.users,
    regulator: openRegulator(clock, regulation, undefined, isOfNobody),
    everywhere: openRegulator(clock, () => ({
      ...regulation(),
      max_retries: regulation().max_retries * PATIENCE,
    })),
    queue: openQueue(AT_ONCE, WAITING, OF_ONE),
    codes,
    totp: () => state.settings.totp,
    log,
  })
  return {
    ...parts,
    settings: () => state.settings,
    cookies: () => state.settings.cookies,
    users: () => state.users,
    devices: () => state.devices,
    engine: () => state.engine,
    oidc: () => state.oidc,
    sessions: openSessionStore(clock, random),
    authenticator,
    codes,
    async settle(since) {
      const [a = 0, b = 0] = random(2)
      const left = FLOOR + ((a * 256 + b) % JITTER) - (clock() - since)
      if (left > 0) await parts.sleep(left)
    },
    reload(next) {
      const turn = reloading.then(async () => {
        const after = await openState(next, shared, state)
        state.users.close()
        state = after
      })
      reloading = turn.catch(() => undefined)
      return turn
    },
    close: () => state.users.close(),
  }
}
