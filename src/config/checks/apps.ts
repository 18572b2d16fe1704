import { headerEntry } from '../../catalog/catalog.ts'
import { unreadHeaders } from '../../catalog/sheet/warnings.ts'
import { nearest } from '../../lib/suggest.ts'
import { Refusal } from '../fault.ts'
import type { FileApp } from '../schema/file.ts'
import { isGroup } from '../tree.ts'
import { checkHeaderName, sameHeader } from '../values/header.ts'
import type { Checking } from './checking.ts'

/** What the name of an app may be. */
export const appName = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/** The nearest name that is possible. */
export function tidyName(written: string): string {
  const tidy = written
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 63)
  return tidy === '' ? 'app' : tidy
}

function checkNames(checking: Checking, names: readonly string[]): void {
  for (const each of names) {
    if (appName.test(each)) continue
    const message = `The name of an app is small letters, digits and hyphens, since it becomes part of its host.`
    checking.fault(['apps', each], message, `${tidyName(each)}:`, 'key')
  }
  if (names.length === 0 && Object.keys(checking.file.oidc_apps ?? {}).length === 0)
    checking.fault(
      ['apps'],
      'There is no app yet, so there is nothing to stand in front of.',
      'whoami: { upstream: http://127.0.0.1:8080 }',
      'add',
    )
}

function checkHeaders(checking: Checking, app: FileApp, at: string): void {
  const seen = new Map<string, string>()
  for (const header of Object.keys(app.identity_headers ?? {})) {
    const path = ['apps', at, 'identity_headers', header]
    const same = sameHeader(header)
    const other = seen.get(same)
    if (other !== undefined) {
      checking.fault(
        path,
        `Many apps cannot tell "${header}" from "${other}" above.`,
        'one of the two',
        'key',
      )
      continue
    }
    seen.set(same, header)
    try {
      checkHeaderName(header)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      checking.fault(path, error.message, error.hint, 'key')
    }
  }
}

/** A kind whose headers have fixed names, and a file that sends others: the file wins, and the app knows nobody. */
function checkKind(checking: Checking, app: FileApp, at: string): void {
  const entry = app.kind === undefined ? undefined : headerEntry(app.kind)
  if (entry === undefined || app.identity_headers === undefined) return
  const unread = unreadHeaders(entry, app.identity_headers)
  const [name = ''] = Object.keys(entry.reads ?? {})
  if (unread !== undefined)
    checking.warn(['apps', at, 'identity_headers'], unread.replaceAll('`', ''), `${name}: user`, 'key')
}

/** Apps: names, headers, frames, and settings that exclude each other. */
export function checkApps(checking: Checking): void {
  const { file, raw } = checking
  const given = isGroup(raw) ? (raw.apps ?? (Object.hasOwn(raw, 'apps') ? undefined : {})) : undefined
  const written = isGroup(given) ? Object.keys(given) : undefined
  if (written !== undefined) checkNames(checking, written)
  for (const [at, app] of Object.entries(file.apps ?? {})) {
    checkHeaders(checking, app, at)
    checkKind(checking, app, at)
    const looking = app.rules.findIndex(rule => rule.resources !== undefined || rule.query !== undefined)
    if (app.paths === 'raw' && looking >= 0) {
      const message = `Rule ${looking + 1} looks at the address, and with "raw" the app might read the address differently than the rule.`
      checking.fault(['apps', at, 'paths'], message, 'strict, or rules without resources and query')
    }
    for (const [index, frame] of app.framed_by.entries()) {
      if (frame.startsWith('https://') || written === undefined || written.includes(frame)) continue
      checking.fault(
        ['apps', at, 'framed_by', index],
        `There is no app "${frame}" here.`,
        nearest(frame, written) ?? `one of ${written.slice(0, 8).join(', ')}`,
      )
    }
  }
}
