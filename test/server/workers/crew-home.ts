/** A home with several workers, and keep-alive connections of which we know who serves them. */
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Test } from 'tap'
import { openGateway } from '../../support/gateway.ts'
import { browserIn, logIn, openHouse } from '../../support/house.ts'
import { bytes, openRaw, type RawConnection } from '../../support/raw.ts'
import { recordingUpstream } from '../../support/upstream.ts'

export interface CrewOptions {
  readonly workers?: number
  /** Under `portal:`, indented by two; by default verdicts are kept for a minute. */
  readonly portal?: string
  /** How the app's streams are watched over. */
  readonly streams?: string
  /** More of `listen`, indented by two. */
  readonly listen?: string
  readonly app?: Parameters<typeof recordingUpstream>[1]
}

// Processes start four times as fast with what node made of the sources before, as they do behind bin/gatehouse.
enableCompileCache(join(import.meta.dirname, '..', '..', '..', 'node_modules', '.cache', 'gatehouse'))

export async function openCrewHome(t: Test, options: CrewOptions = {}) {
  const app = await recordingUpstream(t, options.app)
  const streams = options.streams === undefined ? '' : `streams: ${options.streams}, `
  const house = await openHouse(t, {
    // Right behind the list of listeners.
    top: `${options.listen ?? ''}workers: ${options.workers ?? 2}`,
    portal: options.portal ?? '  verdict_ttl: 60s\n',
    apps: `  app: { upstream: '${app.origin}', ${streams}policy: one_factor }\n`,
  })
  const gateway = await openGateway(t, house)
  const { log, plainPort, gatehouse } = gateway

  async function cookieOf(name: string): Promise<string> {
    const browser = browserIn(t, house)
    t.match(await logIn(browser, house, name, house.at('app')), { status: 200 }, `${name} is in`)
    const session = browser.cookiesFor(`auth.${house.domain}`)?.match(/authelia_session=[^;]+/)?.[0]
    return session ?? ''
  }

  const head = (
    line: string,
    host: string,
    cookie: string,
    more: readonly (readonly [string, string])[] = [],
  ) =>
    bytes(line, [
      ['Host', `${host}.${house.domain}:${house.publicPort}`],
      ['X-Forwarded-Proto', 'https'],
      ['Cookie', cookie],
      ...more,
    ])

  /** Asks the app on a connection. @returns the status */
  async function ask(connection: RawConnection, cookie: string, path = '/'): Promise<number> {
    connection.write(head(`GET ${path}`, 'app', cookie, [['Accept', 'text/html']]))
    return (await connection.answer()).status
  }

  /** A line of the log, as soon as it is there. */
  async function logged(
    message: string,
    fits: (fields: Readonly<Record<string, unknown>>) => boolean = () => true,
  ) {
    for (let n = 0; ; n++) {
      const line = log.find(one => one.message === message && fits(one.fields))
      if (line) return line.fields
      if (n > 1000) throw new Error(`the log never said "${message}"`)
      await wait(10)
    }
  }

  /** Connections to every worker, by its number; at least one to each of `workers`. */
  async function connections(workers = options.workers ?? 2): Promise<Map<number, RawConnection[]>> {
    const found = new Map<number, RawConnection[]>()
    for (let n = 0; found.size < workers; n++) {
      if (n > 400) throw new Error(`of ${workers} workers only ${[...found.keys()]} take connections`)
      const connection = await openRaw(plainPort)
      t.teardown(() => connection.destroy())
      const path = `/hello-${plainPort}-${n}-${log.length}`
      await ask(connection, 'none=of-ours', path)
      const { worker } = await logged('refused', fields => fields.path === path)
      found.set(Number(worker), [...(found.get(Number(worker)) ?? []), connection])
    }
    return found
  }

  /** The process of a worker, the newest of that number. */
  function pidOf(worker: number): number {
    const line = log.findLast(({ message, fields }) => message === 'worker ready' && fields.worker === worker)
    return Number(line?.fields.pid)
  }

  return { ...gateway, gatehouse, house, app, cookieOf, head, ask, logged, connections, pidOf }
}

/** An app whose `/camera` never ends. */
export const camera: CrewOptions['app'] = (req, res) => {
  if (req.url !== '/camera') return void res.end('here')
  res.setHeader('content-type', 'multipart/x-mixed-replace; boundary=frame')
  res.write('--frame\r\n')
}

/** A connection to the first worker, and one to the second. */
export function two(served: ReadonlyMap<number, readonly RawConnection[]>) {
  const [[watching] = [], [other] = []] = [served.get(1), served.get(2)]
  if (!watching || !other) throw new Error('a worker takes nobody')
  return { watching, other }
}
