/** The built-in portal as OpenID Connect provider. Loaded only where `oidc_apps` has any. */
import type { Client } from '../../catalog/types.ts'
import type { Clock, Log } from '../../types.ts'
import type { Answer } from '../answer.ts'
import type { Core } from '../core.ts'
import type { Incoming } from '../incoming.ts'
import type { Live } from '../live-session.ts'
import type { CookieDomain } from '../settings.ts'
import type { Users } from '../users.ts'
import { ask } from './ask.ts'
import { awayTo, flowQuery, resumeAddress } from './authorize.ts'
import { openClientSecrets } from './client-secrets.ts'
import { register } from './clients.ts'
import { openDecisions } from './decisions.ts'
import { answerOidc } from './endpoints.ts'
import { type Flow, openFlows } from './flow.ts'
import { type Missing, missing } from './missing.ts'
import { openPassages } from './passage.ts'
import { openProvider } from './provider.ts'
import { openTurns, type Room } from './room.ts'
import { readSecrets } from './secrets.ts'
import type { OidcSettings } from './settings.ts'
import { openStore } from './store.ts'
import { openSubjects, type Subjects } from './subjects.ts'

/** A login on the way to an app, with the app. */
export interface Errand extends Flow {
  readonly app: Client
  /** As it stands in addresses and forms. */
  readonly sealed: string
}

export interface Oidc {
  answer(core: Core, cookie: CookieDomain, request: Incoming, body: string): Promise<Answer>
  /** @param sealed the `flow_id` of an address or a form  @returns undefined where it is not ours or too old */
  errand(sealed: string | undefined): Errand | undefined
  missing(errand: Errand, live: Live | undefined): Missing | undefined
  /** The user's answer, for this login alone. */
  decide(errand: Errand, live: Live, granted: boolean): void
  /** Where it goes on when nothing is missing. */
  resume(errand: Errand): string
  /** `flow=…&flow_id=…` */
  query(errand: Errand): string
  /** With other settings; logins and tokens live on. @throws what `openOidc` throws, and leaves this one as it is */
  with(settings: OidcSettings): Promise<Oidc>
}

export interface OidcParts {
  readonly log: Log
  readonly clock: Clock
  readonly random: (size: number) => Uint8Array
  readonly users: () => Users
}

type Lasting = Pick<Room, 'store' | 'flows' | 'decisions' | 'checker' | 'oneByOne'> & {
  readonly passages: ReturnType<typeof openPassages>
}

/** @throws OidcSecretFileError, SubjectsFileError or OidcClientFileError when the settings cannot be used */
export async function openOidc(settings: OidcSettings, parts: OidcParts): Promise<Oidc> {
  const { clock, random, log } = parts
  const passages = openPassages()
  return build(settings, parts, {
    passages,
    store: openStore(Date.now, passages.session),
    flows: openFlows(clock, random),
    decisions: openDecisions(clock),
    checker: openClientSecrets(clock, random, log),
    oneByOne: openTurns(),
  })
}

async function build(
  settings: OidcSettings,
  parts: OidcParts,
  lasting: Lasting,
  before?: { readonly file: string; readonly subjects: Subjects },
): Promise<Oidc> {
  const { clock, random, log } = parts
  const { passages, flows } = lasting
  const secrets = await readSecrets(settings)
  // Opened anew only for another file: two writers of one file would undo each other.
  const same = before !== undefined && before.file === settings.subjects
  const subjects = same ? before.subjects : await openSubjects(settings.subjects, random)
  const clients = new Map(settings.clients.map(client => [client.client_id, register(client)]))
  const provider = await openProvider({
    ...{ settings, secrets, clients, subjects, random, passages },
    store: lasting.store,
    users: parts.users,
    now: clock,
    away: (ctx, judgement) => awayTo({ settings, flows }, passages, ctx, judgement),
    failed: error =>
      log.error({ error: error instanceof Error ? error.stack : String(error) }, 'the provider failed'),
  })
  const listener = provider.callback()
  const room: Room = {
    ...{ settings, secrets, clients, subjects, random, clock, log },
    ...lasting,
    client: id => clients.get(id)?.client,
    async ask(asking, passage = {}) {
      const ticket = passages.enter(passage)
      try {
        const headers = { ...asking.headers, ...passages.headers(ticket) }
        const told = await ask(listener, { ...asking, headers, host: new URL(settings.issuer).host })
        return { ...told, detail: passage.detail }
      } finally {
        passages.leave(ticket)
      }
    },
  }
  return {
    answer: (core, cookie, request, body) => answerOidc(room, core, cookie, request, body),
    errand(sealed) {
      const flow = flows.open(sealed)
      const app = flow && room.client(flow.client)
      return flow && app && sealed !== undefined ? { ...flow, app, sealed } : undefined
    },
    missing: (errand, live) =>
      missing(errand.app, errand, live, live && room.decisions.find(errand.id, live.user.name)),
    decide: (errand, live, granted) => room.decisions.set(errand.id, live.user.name, granted),
    resume: errand => resumeAddress(settings.issuer, errand, flows.sealBegun(errand)),
    query: errand => flowQuery(errand.sealed),
    with: next => build(next, parts, lasting, { file: settings.subjects, subjects }),
  }
}
