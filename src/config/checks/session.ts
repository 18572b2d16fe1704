import { isGroup } from '../tree.ts'
import type { Checking } from './checking.ts'

/** Where sessions come from: one of the two, and settings that fit each other. */
export function checkSession(checking: Checking): void {
  const { file, raw } = checking
  const { authelia, portal } = file
  const has = (key: string): boolean => isGroup(raw) && Object.hasOwn(raw, key)
  if (has('authelia') && has('portal')) {
    const message = 'Sessions come from "authelia" or from the built-in "portal", not from both.'
    checking.fault(['portal'], message, 'one of the two', true)
  } else if (!has('authelia') && !has('portal')) {
    const message = 'Where sessions come from is missing: "authelia" or "portal".'
    checking.fault([], message, 'authelia: { url: http://127.0.0.1:9091 }')
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
