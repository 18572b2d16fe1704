/** The portal's pages: path, method, page. Each POST is from a form of ours alone. */

import { COMPLETION, DECISION } from '../oidc/paths.ts'
import { completion } from './completion.ts'
import { ask, decide } from './consent.ts'
import { proveKey, showKey } from './enrol.ts'
import { entry, login } from './entry.ts'
import { askToLeave, leave } from './leave.ts'
import { askCode, takeCode } from './second-factor.ts'
import { here, type Page, seeOther } from './visit.ts'

/** A form's address opened by itself: from a reload, or the address bar. */
const back: Page = visit => seeOther(here('/', visit))

export const PAGES: Readonly<Record<string, { readonly GET: Page; readonly POST?: Page }>> = {
  '/': { GET: entry },
  '/login': { GET: back, POST: login },
  '/second-factor': { GET: askCode, POST: takeCode },
  '/enrol': { GET: showKey, POST: proveKey },
  '/logout': { GET: askToLeave, POST: leave },
  [DECISION]: { GET: ask, POST: decide },
  [COMPLETION]: { GET: completion },
}
