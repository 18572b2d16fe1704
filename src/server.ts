/** The gateway as it runs: listeners, what stands behind them, and how both change while it runs. */
import { setTimeout as wait } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Fault } from './config/fault.ts'
import type { Config, Listener } from './config/model.ts'
import type { Reading } from './config/read.ts'
import { type Certificates, loadCertificates } from './server/certificates.ts'
import { drain } from './server/drain.ts'
import { closeGeneration, type Generation, openGeneration, undoGeneration } from './server/generation.ts'
import type { OpenListener } from './server/listener.ts'
import { openListeners, pointListeners } from './server/listeners.ts'
import { privateFolder } from './server/private-folder.ts'
import type { Basics, Rooms } from './server/rooms.ts'
import { StartFault } from './server/start-fault.ts'
import { watchFiles } from './server/watch.ts'

export { StartFault } from './server/start-fault.ts'

export interface GatehouseParts extends Basics {
  readonly rooms: Rooms
  /** Reads the configuration anew for a reload. */
  readonly read: () => Reading
}

export interface Gatehouse {
  /** The configuration in force. */
  readonly config: Config
  /** Where it listens: `https://127.0.0.1:8443`, `unix:/run/gatehouse/gate.sock`. */
  readonly addresses: readonly string[]
  /** TCP ports in the order of `listen`, for a configuration that says port 0. */
  readonly ports: readonly number[]
  /** Takes the files as they are now. Never throws: says what is wrong, and stays as it was. @returns whether it took */
  reload(): Promise<boolean>
  /** Finishes what is in flight for up to `limit` milliseconds, then cuts, then is gone. */
  stop(limit?: number): Promise<void>
}

/** How long `stop` waits for what is in flight unless told, in milliseconds. */
export const DRAIN = 30_000
/** How long what stands behind the listeners may take to close after that, in milliseconds. */
const CLOSE = 2_000

/**
 * Opens everything that a configuration asks for.
 * @param files all that the configuration was read from, to watch
 * @throws StartFault when something is missing, taken or not allowed; then nothing stays open
 */
export async function openGatehouse(
  first: Config,
  files: readonly string[],
  parts: GatehouseParts,
): Promise<Gatehouse> {
  const { log, clock, rooms } = parts
  const folder = privateFolder()
  const open = { generation: undefined as Generation | undefined, listeners: [] as readonly OpenListener[] }
  let stopped: Promise<void> | undefined
  let queue: Promise<unknown> = Promise.resolve()

  /** Builds the new all the way, and only then swaps. */
  async function take(config: Config): Promise<void> {
    const before = open.generation
    const certificates = await certificatesOf(config)
    const generation = await openGeneration(config, before, folder.path, rooms, parts)
    const change = await openListeners(config, generation.door, certificates, open.listeners, log).catch(
      async error => {
        await undoGeneration(generation, before)
        throw error
      },
    )
    pointListeners(config, generation.door, certificates, change.open)
    open.generation = generation
    open.listeners = change.open
    for (const { address } of change.opened) log.info({ address }, 'listening')
    for (const { address } of change.leaving) log.info({ address }, 'listening no more')
    void drain(change.leaving, DRAIN)
    // In the background: a webcam's stream may keep the old upstreams for hours.
    if (before)
      closeGeneration(before, generation).catch(error =>
        log.error({ error }, 'closing the old configuration'),
      )
  }

  async function certificatesOf(config: Config): Promise<Map<Listener, Certificates>> {
    const found = new Map<Listener, Certificates>()
    for (const listener of config.listen) {
      if (!listener.tls) continue
      const certificates = await loadCertificates(listener.tls, clock)
      for (const warning of certificates.warnings) log.warn({}, warning)
      found.set(listener, certificates)
    }
    return found
  }

  async function reload(changed: readonly string[]): Promise<boolean> {
    const { generation } = open
    if (stopped || !generation) return false
    try {
      const { config, faults, warnings, files } = parts.read()
      // Those of a broken file too: what it names may be what will be mended.
      watching.files(watched(files, config ?? generation.config))
      for (const warning of warnings) log.warn({ at: placeOf(warning) }, warning.message)
      if (!config) {
        const found = faults.map(fault => `${placeOf(fault)} ${fault.message}`)
        log.error({ faults: found }, 'the configuration has faults; the old one stays')
        return false
      }
      const pairs = config.listen.flatMap(listener => listener.tls ?? [])
      const renewable = new Set(pairs.flatMap(({ certificate, key }) => [certificate, key]))
      // Certificates alone leave kept verdicts, and connections to upstreams, as they are.
      const renewed = changed.length > 0 && changed.every(path => renewable.has(path))
      if (renewed && isDeepStrictEqual(config, generation.config)) {
        pointListeners(
          generation.config,
          generation.door,
          await certificatesOf(generation.config),
          open.listeners,
        )
        log.info({ files: changed }, 'certificates renewed')
      } else {
        await take(config)
        log.info({ apps: config.apps.length }, 'configuration reloaded')
      }
      return true
    } catch (error) {
      const hint = error instanceof StartFault ? error.hint : undefined
      const message = error instanceof StartFault ? error.message : String(error)
      log.error({ fault: message, hint }, 'the new configuration is not taken; the old one stays')
      return false
    }
  }

  /** One after the other, so that two signals never build at once. */
  function enqueue(changed: readonly string[]): Promise<boolean> {
    const result = queue.then(() => reload(changed))
    queue = result
    return result
  }

  async function stop(limit: number): Promise<void> {
    await queue
    watching.close()
    const whole = await drain(open.listeners, limit)
    if (!whole) log.warn({}, 'what was still open was cut')
    // Nobody is connected any more; what an app does with a request that was cut is not worth waiting for.
    const closed = open.generation && closeGeneration(open.generation, undefined)
    await Promise.race([closed, wait(CLOSE, undefined, { ref: false })])
    folder.remove()
  }

  const watching = watchFiles(changed => {
    log.info({ files: changed }, 'files changed')
    void enqueue(changed)
  }, log)
  try {
    await take(first)
    watching.files(watched(files, first))
  } catch (error) {
    watching.close()
    folder.remove()
    throw error
  }

  return {
    get config() {
      return open.generation?.config ?? first
    },
    get addresses() {
      return open.listeners.map(({ address }) => address)
    },
    get ports() {
      return open.listeners.flatMap(({ port }) => port ?? [])
    },
    reload: () => enqueue([]),
    stop(limit = DRAIN) {
      stopped ??= stop(limit)
      return stopped
    },
  }
}

/** The portal watches its users itself, and writes its TOTP file. */
function watched(files: readonly string[], { file, portal }: Config): string[] {
  return [file, ...files.filter(path => path !== file && path !== portal?.users && path !== portal?.totp)]
}

function placeOf({ file, line, column }: Fault): string {
  return line === 0 ? file : `${file}:${line}:${column}`
}
