import type { HeaderEntry } from '../types.ts'
import { calibreWeb } from './calibre-web.ts'
import { grafana } from './grafana.ts'
import { jira } from './jira.ts'
import { miniflux } from './miniflux.ts'
import { octoprint } from './octoprint.ts'
import { organizr } from './organizr.ts'
import { paperless } from './paperless.ts'
import { radicale } from './radicale.ts'
import { seafile } from './seafile.ts'
import { shinobi } from './shinobi.ts'

/** Apps that take their user from a header, with their setup sheets. */
export const HEADER_SHEETS: readonly HeaderEntry[] = [
  calibreWeb,
  grafana,
  jira,
  miniflux,
  octoprint,
  organizr,
  paperless,
  radicale,
  seafile,
  shinobi,
]

/** The entry of an `apps` kind, whole. */
export const headerSheetEntry = (kind: string): HeaderEntry | undefined =>
  HEADER_SHEETS.find(entry => entry.kind === kind)
