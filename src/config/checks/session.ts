import { nearest } from '../../lib/suggest.ts'
import { partialFile } from '../schema/file.ts'
import { isGroup } from '../tree.ts'
import type { Checking } from './checking.ts'

/** Where sessions come from: one of the two, and settings that fit each other. */
export function checkSession(checking: Checking): void {
  const { file, raw } = checking
  const { authelia, portal } = file
  if (!isGroup(raw)) return
  const ours = ['authelia', 'portal']
  const known = Object.keys(partialFile.shape)
  // A misspelt "autelia" is a fault of its own.
  const meant = Object.keys(raw).map(key =>
    known.includes(key) ? key : nearest(key.replace(/:.*$/, ''), ours),
  )
  const has = (key: string): boolean => meant.includes(key)
  if (has('authelia') && has('portal')) {
    const message = 'Sessions come from "authelia" or from the built-in "portal", not from both.'
    checking.fault(['portal'], message, 'one of the two', 'key')
  } else if (!has('authelia') && !has('portal')) {
    const message = 'Where sessions come from is missing: "authelia" or "portal".'
    checking.fault([], message, 'authelia: { url: http://127.0.0.1:9091 }', 'add')
  }
  if (authelia?.verdict_scope === 'app' && authelia.configuration === undefined) {
    const message = `"verdict_scope: app" needs to know Authelia's rules, or a rule on paths would be skipped.`
    checking.fault(
      ['authelia', 'verdict_scope'],
      message,
      'request, or add configuration: /etc/authelia/configuration.yml',
    )
  }
  if (portal !== undefined && portal.regulation.find_time > portal.regulation.ban_time) {
    const message = '"find_time" must not be longer than "ban_time": a ban would end before it is deserved.'
    checking.fault(
      ['portal', 'regulation', 'find_time'],
      message,
      'a find_time that is not longer than ban_time',
    )
  }
  for (const [name, config] of [
    ['authelia', authelia],
    ['portal', portal],
  ] as const) {
    if (config !== undefined && config.verdict_ttl > 60_000) {
      checking.warn(
        [name, 'verdict_ttl'],
        'For so long a person who lost their rights, or signed out elsewhere, still gets in.',
        '2s',
      )
    }
  }
}
