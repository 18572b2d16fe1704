/** Something about a secret that a person has to see to; its message shows nothing of the secret. */
export class SecretError extends Error {
  override readonly name = 'SecretError'
  /** `missing`: it was never made. */
  readonly code: 'missing' | 'unreadable' | 'empty' | 'unwritable' | 'refused'
  constructor(code: SecretError['code'], message: string) {
    super(message)
    this.code = code
  }
}
