/** A request as rules look at it; each reading is made when the first rule asks for it. */
import type { AccessObject } from '../types.ts'
import { cleanPath, hasControl, rawUtf8 } from './policy-path.ts'
import { parseQuery, type Query } from './policy-query.ts'

export class View {
  readonly object: AccessObject
  /** A rule looked at the path and it was malformed: Authelia answers 400. */
  malformed = false
  readonly #withQuery: boolean
  #path: string | undefined
  #target: string | undefined
  #query: Query | undefined

  /** Without its query, a rule's resources see the path alone; query tests see the query all the same. */
  constructor(object: AccessObject, withQuery: boolean) {
    this.object = object
    this.#withQuery = withQuery
  }

  /** The cleaned path; undefined where it is malformed. */
  path(): string | undefined {
    if (this.#path === undefined && !this.malformed) {
      this.#path = hasControl(this.object.query) ? undefined : cleanPath(this.object.path)
      this.malformed = this.#path === undefined
    }
    return this.#path
  }

  /** The cleaned path and the query as it came; a bare `?` is dropped. */
  target(): string | undefined {
    const path = this.path()
    if (path === undefined || !this.#withQuery || this.object.query.length < 2) return path
    this.#target ??= path + rawUtf8(this.object.query)
    return this.#target
  }

  query(): Query {
    this.#query ??= parseQuery(this.object.query)
    return this.#query
  }
}
