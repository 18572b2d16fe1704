/** The pages of Calibre-Web's administrator, filled in on its own port as its sheet says. */
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A library without books: Calibre itself would make one. @returns the folder */
export function emptyLibrary(folder: string, program: string): string {
  mkdirSync(folder, { recursive: true })
  const script = `
import sqlalchemy
from calibreweb.cps import db
engine = sqlalchemy.create_engine('sqlite:///${join(folder, 'metadata.db')}')
tables = sqlalchemy.MetaData()
for table in db.Base.metadata.tables.values():
    table.to_metadata(tables, schema=None, referred_schema_fn=lambda *_: None)
tables.create_all(engine)
with engine.begin() as connection:
    connection.execute(sqlalchemy.text("INSERT INTO library_id (id, uuid) VALUES (1, 'b5a4d6a0')"))
`
  const made = spawnSync(join(dirname(program), 'python'), ['-c', script], { encoding: 'utf8', cwd: folder })
  if (made.status !== 0) throw new Error(made.stderr)
  return folder
}

/** What a browser would send of a page's forms if nothing were touched. */
function valuesOf(page: string): Record<string, string> {
  const values: Record<string, string> = {}
  const attribute = (tag: string, name: string): string | undefined =>
    new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1]
  for (const [tag] of page.matchAll(/<input\b[^>]*>/g)) {
    const [name, type] = [attribute(tag, 'name'), attribute(tag, 'type')]
    if (name === undefined || type === 'file' || type === 'submit') continue
    if ((type === 'checkbox' || type === 'radio') && !/\bchecked\b/.test(tag)) continue
    values[name] = attribute(tag, 'value') ?? (type === 'checkbox' ? 'on' : '')
  }
  for (const [, head = '', options = ''] of page.matchAll(/<select\b([^>]*)>([\s\S]*?)<\/select>/g)) {
    const chosen = /<option\b[^>]*\bselected\b[^>]*>/.exec(options) ?? /<option\b[^>]*>/.exec(options)
    values[attribute(head, 'name') ?? ''] = attribute(chosen?.[0] ?? '', 'value') ?? ''
  }
  return values
}

export class Administrator {
  readonly #origin: string
  readonly #cookies = new Map<string, string>()

  constructor(port: number) {
    this.#origin = `http://127.0.0.1:${port}`
  }

  async #ask(path: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(this.#origin + path, {
      ...init,
      redirect: 'manual',
      headers: { cookie, referer: `${this.#origin}/` },
    })
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      this.#cookies.set(name, value)
    }
    return answer
  }

  /** A page's text. */
  async page(path: string): Promise<string> {
    return (await this.#ask(path)).text()
  }

  /** Fills in the form of a page, leaves all else in it as it is, and sends it to an address. */
  async fill(page: string, path: string, fields: Readonly<Record<string, string>>): Promise<string> {
    const body = new URLSearchParams({ ...valuesOf(await this.page(page)), ...fields })
    const answer = await this.#ask(path, { method: 'POST', body })
    if (answer.status >= 400) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return answer.text()
  }
}
