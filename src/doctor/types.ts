/** What a check is and what it finds. A probe looks; a pure judgement says what that means. */
import type { Config } from '../config/model.ts'
import type { Outside } from './outside.ts'

/** What stands below a fault or warning, for a person at midnight. */
export interface Words {
  /** What was seen, with names and values. */
  readonly saw: string
  /** What goes wrong because of it. */
  readonly why: string
  /** What to change, and where. */
  readonly do: string
}

export type Finding =
  | { readonly level: 'ok' | 'skipped'; readonly about: string; readonly saw: string }
  | ({ readonly level: 'warning' | 'fault'; readonly about: string } & Words)

export type Level = Finding['level']

/** What every check may use. */
export interface Premises {
  readonly config: Config
  readonly outside: Outside
  /** Where all hosts of the house are, whatever DNS says. */
  readonly at?: string
  /** Who gets a mail to see whether mail arrives. */
  readonly mailTo?: string
  /** This program's own. */
  readonly versions: { readonly gatehouse: string; readonly node: string }
  /** What several checks look at is looked at once. */
  once<T>(key: string, look: () => Promise<T>): Promise<T>
}

export interface Check {
  /** For `--only` and the documents: small letters and hyphens. */
  readonly id: string
  /** What is fine when it is fine: follows "checks that". */
  readonly title: string
  /** @throws never by design; what it throws all the same is reported as "could not be looked at" */
  look(premises: Premises): Promise<readonly Finding[]>
}

/** A check of two parts: what only looks, and what only judges. */
export interface Parts<Seen> {
  readonly id: string
  readonly title: string
  readonly probe: (premises: Premises) => Promise<Seen>
  readonly judge: (seen: Seen, config: Config) => readonly Finding[]
}

export function check<Seen>({ id, title, probe, judge }: Parts<Seen>): Check {
  return { id, title, look: async premises => judge(await probe(premises), premises.config) }
}

/** @param about whom it is about: a host, an app, a file; empty for the whole house */
export const ok = (about: string, saw: string): Finding => ({ level: 'ok', about, saw })

/** @param saw why it could not be, or need not be, looked at */
export const skipped = (saw: string, about = ''): Finding => ({ level: 'skipped', about, saw })

export const warning = (about: string, words: Words): Finding => ({ level: 'warning', about, ...words })

export const fault = (about: string, words: Words): Finding => ({ level: 'fault', about, ...words })
