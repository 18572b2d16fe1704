/**
 * Authelia's own configuration.yml, as far as the built-in portal and the gateway use it: access control,
 * session, users file, regulation, TOTP. Everything else is named and ignored. Environment variables
 * (AUTHELIA_*), secrets in files and templates are not read.
 */
import { dirname, resolve } from 'node:path'
import { LineCounter, parseDocument } from 'yaml'
import type { AccessControl } from '../types.ts'
import { type AutheliaFault, Place, type Reading } from './authelia-file-node.ts'
import { readAccessControl } from './authelia-file-rules.ts'
import { type AutheliaSession, readDuration, readSession } from './authelia-file-session.ts'

export type { AutheliaFault } from './authelia-file-node.ts'
export type { AutheliaCookie, AutheliaCookieCommon, AutheliaSession } from './authelia-file-session.ts'

/** Keys as in Authelia's file; durations in milliseconds unless told; Authelia's defaults filled in. */
export interface AutheliaSettings {
  readonly access_control: AccessControl
  readonly session: AutheliaSession
  readonly users: AutheliaUsers
  readonly regulation: AutheliaRegulation
  readonly totp: AutheliaTotp
}

export interface AutheliaUsers {
  /** Absolute. Relative to the configuration file's folder; Authelia takes the folder it is started in. */
  readonly path: string
  readonly watch: boolean
  /** Whether an email address logs in too. */
  readonly search: { readonly email: boolean; readonly case_insensitive: boolean }
}

export interface AutheliaRegulation {
  readonly modes: readonly ('user' | 'ip')[]
  /** 0 turns bans off. */
  readonly max_retries: number
  readonly find_time: number
  readonly ban_time: number
}

export interface AutheliaTotp {
  readonly disable: boolean
  readonly issuer: string
  readonly algorithm: 'SHA1' | 'SHA256' | 'SHA512'
  readonly digits: 6 | 8
  /** Seconds. */
  readonly period: number
  /** How many periods before and after count too. */
  readonly skew: number
  /** Bytes of a new secret. */
  readonly secret_size: number
  readonly disable_reuse_security_policy: boolean
}

export interface AutheliaFile {
  /** Undefined where there is any fault: half a list of rules must not be served. */
  readonly settings: AutheliaSettings | undefined
  /** What stands in the file and is not served: `storage`, `session.redis`. */
  readonly ignored: readonly string[]
  /** Where what is served differs from Authelia, for the person who starts it. */
  readonly notes: readonly string[]
  readonly faults: readonly AutheliaFault[]
}

const served = ['access_control', 'definitions', 'session', 'authentication_backend', 'regulation', 'totp']

/**
 * Reads a configuration.yml.
 * @param file its absolute path, for what is relative to it
 */
export function readAutheliaFile(text: string, file: string): AutheliaFile {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false })
  const reading: Reading = { document, lines, faults: [], ignored: [], notes: [] }
  for (const error of document.errors) {
    const { line, col } = lines.linePos(error.pos[0])
    reading.faults.push({ line, column: col, message: error.message })
  }
  if (reading.faults.length > 0) return finish(undefined, reading)
  try {
    document.toJS({ maxAliasCount: 100 })
  } catch {
    reading.faults.push({ line: 1, column: 1, message: 'its aliases grow beyond all measure' })
    return finish(undefined, reading)
  }
  const root = new Place(reading, '', document.contents)
  if (!root.isMap) root.fault('this is no configuration of Authelia: it must be a mapping')
  reading.ignored.push(...root.keys().filter(key => !served.includes(key)))
  const settings: AutheliaSettings = {
    access_control: readAccessControl(root),
    session: readSession(root),
    users: readUsers(root, file),
    regulation: readRegulation(root),
    totp: readTotp(root),
  }
  return finish(settings, reading)
}

function finish(settings: AutheliaSettings | undefined, { faults, ignored, notes }: Reading): AutheliaFile {
  return { settings: faults.length > 0 ? undefined : settings, ignored, notes, faults }
}

function readUsers(root: Place, file: string): AutheliaUsers {
  const backend = root.get('authentication_backend')
  backend.expect(['file'], ['ldap', 'password_reset', 'password_change', 'refresh_interval'])
  const here = backend.get('file')
  here.expect(['path', 'watch', 'search'], ['password', 'extra_attributes'])
  here.get('search').expect(['email', 'case_insensitive'])
  const written = here.get('path').string()
  if (!written) here.fault('the built-in portal reads its users from a file: this needs a path')
  const path = resolve(dirname(file), written ?? '')
  if (written && path !== written) {
    here.note(
      `${here.path}.path: ${path}, beside the configuration; Authelia looks in the folder it is started in`,
    )
  }
  return {
    path,
    watch: here.get('watch').boolean(false),
    search: {
      email: here.get('search').get('email').boolean(false),
      case_insensitive: here.get('search').get('case_insensitive').boolean(false),
    },
  }
}

function readRegulation(root: Place): AutheliaRegulation {
  const here = root.get('regulation')
  here.expect(['modes', 'max_retries', 'find_time', 'ban_time'])
  const modes = here
    .get('modes')
    .items()
    .flatMap(item => item.oneOf(['user', 'ip'] as const) ?? [])
  const find_time = readDuration(here.get('find_time'), 120_000)
  const ban_time = readDuration(here.get('ban_time'), 300_000)
  if (find_time > ban_time) here.fault('find_time must not exceed ban_time')
  return {
    modes: modes.length > 0 ? modes : ['user'],
    max_retries: here.get('max_retries').integer(0) ?? 3,
    find_time,
    ban_time,
  }
}

function readTotp(root: Place): AutheliaTotp {
  const here = root.get('totp')
  const keys = 'disable issuer algorithm digits period skew secret_size disable_reuse_security_policy'
  here.expect(keys.split(' '), ['allowed_algorithms', 'allowed_digits', 'allowed_periods'])
  const algorithms = ['SHA1', 'SHA256', 'SHA512'] as const
  const named = here.get('algorithm').string()?.toUpperCase() || 'SHA1'
  const algorithm = algorithms.find(one => one === named)
  if (algorithm === undefined)
    here.get('algorithm').fault(`'${named}' must be one of ${algorithms.join(', ')}`)
  const digits = here.get('digits').oneOf(['6', '8'] as const)
  return {
    disable: here.get('disable').boolean(false),
    issuer: here.get('issuer').string() || 'Authelia',
    algorithm: algorithm ?? 'SHA1',
    digits: digits === '8' ? 8 : 6,
    period: here.get('period').integer(15) ?? 30,
    skew: here.get('skew').integer(0) ?? 1,
    secret_size: here.get('secret_size').integer(20) ?? 32,
    disable_reuse_security_policy: here.get('disable_reuse_security_policy').boolean(false),
  }
}
