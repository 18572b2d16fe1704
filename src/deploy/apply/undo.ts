/** What was done, so that it can be put back in the opposite order. */
export class Undo {
  readonly #steps: (() => unknown)[] = []

  add(step: () => unknown): void {
    this.#steps.push(step)
  }

  /** Puts all of it back, the last thing first. @returns what could not be, in words */
  async all(): Promise<string[]> {
    const faults: string[] = []
    for (const step of this.#steps.splice(0).reverse()) {
      try {
        await step()
      } catch (error) {
        faults.push(error instanceof Error ? error.message : String(error))
      }
    }
    return faults
  }
}
