/** Makes a house of answers: gatehouse.yml, its secrets and a users file. */
import { randomBytes } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { formatFaults } from '../../config/format.ts'
import type { Reading } from '../../config/read.ts'
import { ensureSecrets } from '../secrets/ensure.ts'
import { randomText } from '../secrets/text.ts'
import { type Answers, AUTHELIA_HERE } from './answers.ts'
import { digestOf, usersText } from './first-user.ts'
import { houseText, MAIL_SECRET } from './house-text.ts'
import { InitError, openStage, putAll } from './put.ts'

export const CONFIG = 'gatehouse.yml'
export const USERS = 'users_database.yml'
/** Holds a password that was made and not typed, until its owner has changed it. */
export const FIRST_PASSWORD = 'secrets/first-password'

export interface Made {
  /** Paths in the folder. */
  readonly put: readonly string[]
  /** What was there already, and was left as it is. */
  readonly left: readonly string[]
  /** A secret that is there and does not fit, in words. */
  readonly faults: readonly string[]
}

export interface Making {
  /** Absolute. */
  readonly folder: string
  readonly answers: Answers
  /** Reads a gatehouse.yml as `check` does, with files that are not on the disk yet. */
  readonly check: (file: string, files: ReadonlyMap<string, string>) => Reading
  /** Aborted: nothing is put in place. */
  readonly ended: AbortSignal
}

/** Whether the users of these answers stand in a file of the house. */
export const hasUsersFile = ({ authelia }: Pick<Answers, 'authelia'>): boolean =>
  authelia === undefined || authelia === AUTHELIA_HERE

/**
 * Makes everything in a folder beside, and puts it in place when all of it is right.
 * @throws InitError where there is a house already, what would be written has a fault, or it was interrupted
 */
export async function makeHouse({ folder, answers, check, ended }: Making): Promise<Made> {
  const at = (path: string): string => join(folder, path)
  if (existsSync(at(CONFIG))) throw new InitError(`${at(CONFIG)} is there already: nothing was changed.`)
  const files = await texts(folder, answers)
  const reading = check(at(CONFIG), new Map([...files].map(([path, text]) => [at(path), text])))
  if (reading.config === undefined)
    throw new InitError(
      `These answers do not go together, so nothing was written:\n${formatFaults(reading.faults)}`,
    )

  const stage = openStage(folder)
  try {
    for (const [path, text] of files) {
      const file = join(stage.path, path)
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
      // Digests are no secret in the clear, and still something to guess at.
      writeFileSync(file, text, { mode: path === CONFIG ? 0o644 : 0o600, flag: 'wx', flush: true })
    }
    const secrets = join(stage.path, 'secrets')
    // Those of before count: a client secret that is there must get the digest that fits it.
    if (existsSync(at('secrets'))) cpSync(at('secrets'), secrets, { recursive: true, force: false })
    const { faults } = await ensureSecrets({ ...reading.config, secrets })
    if (ended.aborted) throw new InitError('Interrupted: nothing was written.')
    return { ...putAll(stage.path, folder, CONFIG), faults: faults.map(({ message }) => message) }
  } finally {
    stage.close()
  }
}

/** What is written beside the secrets that are made: texts by their path in the folder. */
async function texts(folder: string, answers: Answers): Promise<Map<string, string>> {
  const files = new Map([[CONFIG, houseText(answers)]])
  const { mail, user } = answers
  if (mail?.password !== undefined) files.set(MAIL_SECRET, `${mail.password}\n`)
  if (user === undefined || !hasUsersFile(answers) || existsSync(join(folder, USERS))) return files
  const password = user.password ?? randomText(randomBytes, 20)
  files.set(USERS, usersText(user, await digestOf(password)))
  if (user.password === undefined) files.set(FIRST_PASSWORD, `${password}\n`)
  return files
}
