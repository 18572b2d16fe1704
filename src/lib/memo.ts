/**
 * Answers of a function that looks at nothing but its one text: a browser sends the same Host and Cookie
 * with every request. Bounded, and nothing in it is a piece of a longer text that would be kept along.
 */
export class Memo<V extends object | string> {
  readonly #make: (text: string) => V
  readonly #most: number
  readonly #longest: number
  #known = new Map<string, V>()

  /** At most `most` texts of at most `longest` characters, Latin-1, are remembered. */
  constructor(make: (text: string) => V, most: number, longest: number) {
    this.#make = make
    this.#most = most
    this.#longest = longest
  }

  get(text: string): V {
    const known = this.#known.get(text)
    if (known !== undefined) return known
    if (text.length > this.#longest) return this.#make(text)
    const own = Buffer.from(text, 'latin1').toString('latin1')
    if (own !== text) return this.#make(text)
    const made = this.#make(own)
    // Made up texts must not keep the real ones out for good.
    if (this.#known.size >= this.#most) this.#known.clear()
    this.#known.set(own, made)
    return made
  }
}
