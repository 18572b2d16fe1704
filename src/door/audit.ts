/** One line for each app that somebody opens and for each refusal: who, what, from where; no secret, no query. */
import type { Exchange } from '../authz/exchange.ts'
import type { Log } from '../types.ts'

const MOST_OPEN = 20_000

export interface Audit {
  passed(exchange: Exchange): void
  refused(exchange: Exchange, code: string, detail?: string): void
}

/** Remembers who has which app open, in bounded memory, so that a visit is one line. */
export function openAudit(log: Log): Audit {
  let open = new Set<string>()
  const facts = (exchange: Exchange) => {
    const { request, site, identity, arrival } = exchange
    return {
      app: site?.app.name ?? '',
      host: request.host,
      user: identity?.user ?? '',
      client: request.client,
      method: request.method,
      path: request.path,
      id: arrival.id,
    }
  }
  return {
    passed(exchange) {
      const { identity, site, session } = exchange
      if (identity === undefined || site === undefined) return
      // The session stays here: it is a key, and never a word in a log.
      const visit = `${site.app.name} ${identity.user} ${session.kind === 'one' ? session.value : ''}`
      if (open.has(visit)) return
      if (open.size >= MOST_OPEN) open = new Set()
      open.add(visit)
      log.info({ audit: 'opened', ...facts(exchange), rule: exchange.rule }, 'opened an app')
    },
    refused(exchange, code, detail) {
      const rule = exchange.rule === '' ? {} : { rule: exchange.rule }
      log.info(
        { audit: 'refused', code, ...(detail !== undefined && { detail }), ...facts(exchange), ...rule },
        'refused',
      )
    },
  }
}
