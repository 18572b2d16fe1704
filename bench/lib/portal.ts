/** Who knows the visitors: the built-in portal, or Authelia itself, each a process of its own on the same files. */
import { copyFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import process from 'node:process'
import type { Running } from './stage.ts'
import { LeftOut, type Rig } from './types.ts'

const ROOT = join(import.meta.dirname, '..', '..')
/** As people start it: with what Node compiled kept between starts. */
export const PROGRAM = join(ROOT, 'bin', 'gatehouse')
/** People whose digests cost little to check: a login is not what is measured. */
const USERS = join(ROOT, 'test', 'contract', 'users_database.yml')

export const DOMAIN = 'example.test'
export const HOST = `app.${DOMAIN}`
export const USER = 'bob'

export interface Authority {
  readonly port: number
  readonly program: Running
  /** Signs the visitor in by the first factor. @returns the Cookie header */
  signIn(): Promise<string>
}

export type AuthorityName = 'portal' | 'authelia'

/** What Authelia 4.39 needs to start; the built-in portal reads the same file and ignores what it has no use for. */
const configuration = (port: number): string => `server: { address: 'tcp://127.0.0.1:${port}/' }
log: { level: error }
ntp: { disable_startup_check: true }
authentication_backend: { file: { path: users_database.yml } }
access_control: { default_policy: deny, rules: [{ domain: '*.${DOMAIN}', policy: one_factor }] }
session:
  secret: the-bench-has-no-secrets-worth-keeping
  inactivity: 2h
  expiration: 2h
  cookies: [{ domain: ${DOMAIN}, authelia_url: 'https://auth.${DOMAIN}' }]
identity_validation: { reset_password: { jwt_secret: the-bench-has-no-secrets-worth-keeping } }
storage: { encryption_key: the-bench-has-no-secrets-worth-keeping, local: { path: db.sqlite3 } }
notifier: { filesystem: { filename: notification.txt } }
`

/** Starts it on the contenders' core. @throws LeftOut where Authelia is not here */
export async function startAuthority(rig: Rig, name: AuthorityName): Promise<Authority> {
  const { stage, cores } = rig
  const folder = stage.folder(name)
  const port = await stage.port()
  const file = join(folder, 'configuration.yml')
  const users = join(folder, 'users_database.yml')
  copyFileSync(USERS, users)
  writeFileSync(
    file,
    configuration(port).replaceAll(/users_database\.yml|db\.sqlite3|notification\.txt/g, `${folder}/$&`),
  )
  let program: Running
  if (name === 'authelia') {
    const authelia = rig.found.get('authelia')
    if (authelia === undefined) throw new LeftOut('no program "authelia" in PATH')
    program = stage.start(authelia.file, ['--config', file], { core: cores.contender })
  } else {
    const args = [PROGRAM, 'portal', '--authelia-config', file, '--listen', `127.0.0.1:${port}`]
    program = stage.start(process.execPath, args, { core: cores.contender })
  }
  await stage.listens(program, port)
  return { port, program, signIn: () => signIn(port) }
}

function signIn(port: number): Promise<string> {
  const body = JSON.stringify({
    username: USER,
    password: `${USER}-password`,
    keepMeLoggedIn: false,
    targetURL: `https://${HOST}/`,
    requestMethod: 'GET',
  })
  const headers = {
    'content-type': 'application/json',
    'content-length': String(body.length),
    'x-forwarded-proto': 'https',
    'x-forwarded-host': `auth.${DOMAIN}`,
    'x-forwarded-for': '127.0.0.1',
  }
  return new Promise((resolve, reject) => {
    const asked = request(
      { port, host: '127.0.0.1', path: '/api/firstfactor', method: 'POST', headers },
      answer => {
        answer.resume()
        const cookie = answer.headers['set-cookie']?.[0]?.split(';')[0]
        if (answer.statusCode === 200 && cookie !== undefined) resolve(cookie)
        else reject(new Error(`the first factor was answered with ${answer.statusCode}`))
      },
    )
    asked.once('error', reject)
    asked.end(body)
  })
}
