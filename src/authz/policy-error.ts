import { NetworkError } from '../lib/address.ts'
import { PatternError } from '../lib/pattern.ts'

export type PolicyFault = 'bad-pattern' | 'bad-network' | 'bad-subject' | 'bad-query'

/** A rule that cannot be understood; `label` says where it is written. */
export class PolicyError extends Error {
  readonly code: PolicyFault
  readonly label: string

  constructor(code: PolicyFault, label: string, message: string) {
    super(`${label}: ${message}`)
    this.name = 'PolicyError'
    this.code = code
    this.label = label
  }

  /** Runs something whose pattern or network may be bad, and names the rule that it stands in. */
  static naming<T>(label: string, make: () => T): T {
    try {
      return make()
    } catch (error) {
      if (error instanceof PatternError) {
        throw new PolicyError(error.code, label, `the pattern '${error.source}' is wrong: ${error.message}`)
      }
      if (error instanceof NetworkError) throw new PolicyError(error.code, label, error.message)
      throw error
    }
  }
}
