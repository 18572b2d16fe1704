/** The session cookie as Authelia writes and reads it. */
import type { CookieDomain } from './settings.ts'

/**
 * The first cookie of that name, raw: the ids hold `%`, so that decoding would break them.
 * @param lines the values of all Cookie headers, in order
 */
export function readCookie(lines: readonly string[], name: string): string | undefined {
  for (const line of lines) {
    for (const part of line.split(';')) {
      const pair = part.trim()
      if (pair.startsWith(`${name}=`)) return pair.slice(name.length + 1) || undefined
    }
  }
  return undefined
}

/** A Set-Cookie line in Authelia's spelling. @param expires milliseconds since the epoch */
export function writeCookie(cookie: CookieDomain, id: string, expires: number): string {
  const date = new Date(expires).toUTCString()
  return `${cookie.name}=${id}; expires=${date}; domain=${cookie.domain}; path=/; HttpOnly; secure; SameSite=${cookie.sameSite}`
}

/** What Authelia's logout says: without domain, so that browsers keep the dead cookie. Clients of the API get this. */
export function forgetAsAuthelia(cookie: CookieDomain, now: number): string {
  return `${cookie.name}=; expires=${new Date(now - 60_000).toUTCString()}; path=/; HttpOnly`
}

/** What takes the cookie off a browser. */
export function forgetCookie(cookie: CookieDomain): string {
  return writeCookie(cookie, '', 0)
}
