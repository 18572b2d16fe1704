/** The rooms as `serve` opens them. */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { looksAtPath } from '../authz/policy-scope.ts'
import { readAutheliaFile } from '../config/authelia-file.ts'
import type { Config } from '../config/model.ts'
import { openDoor } from '../door/open-door.ts'
import { after } from '../door/streams/after.ts'
import { Streams } from '../door/streams/streams.ts'
import { BASIC_LIMITS, openSessions, shareOf } from '../session/sessions.ts'
import type { Rooms } from './rooms.ts'

export const realRooms: Rooms = {
  async openPortal(config, folder, basics) {
    // Only a home that has one pays for loading it.
    const { servePortal } = await import('./serve-portal.ts')
    return servePortal(config, folder, basics)
  },
  openSessions({ session, authelia, portal }, running, basics) {
    const basic = shareOf(BASIC_LIMITS, basics.share ?? 1)
    const shared = { cookie: session.cookie, portal: session.portal, basic }
    if (portal && running) {
      const { timeout, verdict_ttl, grace } = portal
      const where = { origin: 'http://localhost', socket: running.gateway }
      return openSessions({ ...shared, ...where, timeout, verdict_ttl, grace }, basics)
    }
    if (!authelia) throw new TypeError('a configuration has either authelia or portal')
    const { url, timeout, verdict_ttl, verdict_scope, grace } = authelia
    return openSessions({ ...shared, origin: url, timeout, verdict_ttl, verdict_scope, grace }, basics)
  },
  openStreams: ({ log, clock }, others) => new Streams({ log, clock, after, ...(others && { others }) }),
  openDoor(config, sessions, portal, basics) {
    const secret = basics.secret ?? randomBytes(32)
    const portalSocket = portal?.browsers
    return openDoor({
      ...basics,
      config,
      sessions,
      portalSocket,
      secret,
      autheliaLooks: autheliaLooks(config),
    })
  },
}

/**
 * Whether Authelia's rules for a host look at the path. The built-in portal has none but the apps' own;
 * where Authelia's configuration is not known, any rule of it may.
 */
function autheliaLooks(config: Config): (host: string) => boolean {
  if (config.portal) return () => false
  const file = config.authelia?.configuration
  if (file === undefined) return () => true
  const { settings } = readAutheliaFile(readFileSync(file, 'utf8'), file)
  if (settings === undefined) return () => true
  return host => looksAtPath(settings.access_control, [host])
}
