/** The gateway as it runs: listeners, what stands behind them, and how both change while it runs. */
import { isDeepStrictEqual } from 'node:util'
import type { Fault } from './config/fault.ts'
import type { Config } from './config/model.ts'
import type { Reading } from './config/read.ts'
import { openAlone } from './server/alone.ts'
import { privateFolder } from './server/private-folder.ts'
import type { Basics, Rooms } from './server/rooms.ts'
import { DRAIN } from './server/service.ts'
import { StartFault } from './server/start-fault.ts'
import { watchFiles } from './server/watch.ts'
import { workersOf } from './server/workers/count.ts'

export { DRAIN } from './server/service.ts'
export { StartFault } from './server/start-fault.ts'

const RESTART =
  'from one process to several, or back, takes a restart; all else of the new configuration holds'

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
  /** Processes that serve. */
  readonly workers: number
  /** Takes the files as they are now. Never throws: says what is wrong, and stays as it was. @returns whether it took */
  reload(): Promise<boolean>
  /** Finishes what is in flight for up to `limit` milliseconds, then cuts, then is gone. */
  stop(limit?: number): Promise<void>
}

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
  const { log, rooms } = parts
  const folder = privateFolder()
  const several = workersOf(first) > 1
  const service = several
    ? (await import('./server/workers/crew.ts')).openCrew(rooms, folder.path, parts)
    : openAlone(rooms, folder.path, parts)
  let stopped: Promise<void> | undefined
  let queue: Promise<unknown> = Promise.resolve()

  async function reload(changed: readonly string[]): Promise<boolean> {
    const inForce = service.config
    if (stopped || !inForce) return false
    try {
      const { config, faults, warnings, files } = parts.read()
      // Those of a broken file too: what it names may be what will be mended.
      watching.files(watched(files, config ?? inForce))
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
      if (renewed && isDeepStrictEqual(config, inForce)) {
        await service.renew()
        log.info({ files: changed, ...staff() }, 'certificates renewed')
      } else {
        await service.take(config)
        log.info({ apps: config.apps.length, ...staff() }, 'configuration reloaded')
        if (several !== workersOf(config) > 1) log.warn({}, RESTART)
      }
      return true
    } catch (error) {
      const hint = error instanceof StartFault ? error.hint : undefined
      const message = error instanceof StartFault ? error.message : String(error)
      log.error({ fault: message, hint }, 'the new configuration is not taken; the old one stays')
      return false
    }
  }

  const staff = () => (several ? { workers: service.workers } : {})

  /** One after the other, so that two signals never build at once. */
  function enqueue(changed: readonly string[]): Promise<boolean> {
    const result = queue.then(() => reload(changed))
    queue = result
    return result
  }

  async function stop(limit: number): Promise<void> {
    await queue
    watching.close()
    if (!(await service.stop(limit))) log.warn({}, 'what was still open was cut')
    folder.remove()
  }

  const watching = watchFiles(changed => {
    log.info({ files: changed }, 'files changed')
    void enqueue(changed)
  }, log)
  try {
    await service.take(first)
    watching.files(watched(files, first))
  } catch (error) {
    watching.close()
    folder.remove()
    throw error
  }

  return {
    get config() {
      return service.config ?? first
    },
    get addresses() {
      return service.addresses
    },
    get ports() {
      return service.ports
    },
    get workers() {
      return service.workers
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
