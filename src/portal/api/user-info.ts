/** /api/user/info: what the portal's pages show of the user. */
import { ok } from '../answer.ts'
import type { KnownHandler } from './call.ts'

/** `a***e@example.com`: enough for its owner to know it again. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@')
  const local = email.slice(0, at)
  if (at <= 0) return ''
  const hidden =
    local.length < 3 ? '*'.repeat(local.length) : `${local[0]}${'*'.repeat(local.length - 2)}${local.at(-1)}`
  return `${hidden}${email.slice(at)}`
}

export const userInfo: KnownHandler = ({ core, live, request }) => {
  const { user } = live
  const masked = maskEmail(user.email)
  const enrolled = core.devices().find(user.name) !== undefined
  return ok({
    display_name: user.displayName,
    emails: request.method === 'POST' || masked === '' ? null : [masked],
    method: enrolled || request.method === 'POST' ? 'totp' : '',
    has_totp: enrolled,
    has_webauthn: false,
    has_duo: false,
  })
}
