/** `gatehouse demo --once`: a login to the app that speaks OpenID Connect. */
import { Browser } from './browser.ts'
import { passwordOf } from './household.ts'
import type { Step } from './walk.ts'

/** @param notes the app's origin  @param ca the authority to trust, in PEM */
export async function* walkNotes(notes: string, ca: string): AsyncGenerator<Step> {
  const bob = new Browser(ca)
  const name = 'bob logs in to notes by OpenID Connect, and notes learns his groups'
  try {
    const page = await bob.go(new URL('/login', notes))
    const landed = await bob.submit(page, { username: 'bob', password: passwordOf('bob') })
    const { text } = await bob.ask(new URL('/', notes), { headers: { accept: 'application/json' } })
    const fine = landed.url.href === `${notes}/` && text.includes('"bob"') && text.includes('"family"')
    yield { name, fault: fine ? undefined : `ended at ${landed.url.href}, and notes says ${text.trim()}` }
  } catch (error) {
    yield { name, fault: error instanceof Error ? error.message : String(error) }
  } finally {
    bob.close()
  }
}
