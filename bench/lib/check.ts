/** Before anything is timed: the signed-in visitor gets the page, and nobody else does. */
import { type IncomingHttpHeaders, request } from 'node:http'
import { PAGE } from './nginx.ts'
import { USER } from './portal.ts'
import type { Opened } from './types.ts'

export interface Seen {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** One request to a port of 127.0.0.1, on a connection of its own. */
export function ask(port: number, path: string, headers: Readonly<Record<string, string>>): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const asked = request({ port, host: '127.0.0.1', path, headers, agent: false }, answer => {
      let text = ''
      answer.setEncoding('utf8').on('data', part => {
        text += part
      })
      answer.once('error', reject)
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }))
    })
    asked.setTimeout(10_000, () => asked.destroy(new Error('no answer in 10 s')))
    asked.once('error', reject)
    asked.end()
  })
}

const REFUSALS: readonly number[] = [302, 303, 401, 403]

/** @throws Error that says what was wrong: such a contender is not timed */
export async function check({ port, headers, told }: Opened): Promise<void> {
  const forged = told === undefined ? headers : { ...headers, [told]: 'admin' }
  const page = await ask(port, '/', headers)
  if (page.status !== 200 || page.text !== PAGE)
    throw new Error(`the signed-in visitor gets ${page.status} and not the page`)
  if (told === undefined) return
  const heard = await ask(port, `/told/${told}`, forged)
  if (heard.text !== USER) throw new Error(`the app is told "${heard.text}" instead of "${USER}" by ${told}`)
  const { Cookie: _, ...stranger } = forged as Record<string, string>
  for (const cookie of [undefined, 'authelia_session=nobody; _oauth2_proxy=nobody']) {
    const answer = await ask(port, '/', cookie === undefined ? stranger : { ...stranger, Cookie: cookie })
    if (!REFUSALS.includes(answer.status) || answer.text.includes('It is a page'))
      throw new Error(`a stranger gets ${answer.status}`)
  }
}
