/** The options of `init` as answers. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { text as textOf } from 'node:stream/consumers'
import { headerEntry } from '../catalog/catalog.ts'
import { unreadable } from '../config/host.ts'
import {
  type AppAnswer,
  AUTHELIA_HERE,
  kindNamed,
  type MailAnswer,
  type OidcAnswer,
  READERS,
  type UserAnswer,
} from '../deploy/init/answers.ts'
import { wrongWith } from '../deploy/init/judge.ts'
import { type Call, UsageFault } from './command.ts'

/** What the options say; what they leave open is asked or has a default. */
export interface Given {
  readonly domain?: string
  readonly session?: 'portal' | 'authelia'
  readonly authelia?: string
  readonly apps: readonly AppAnswer[]
  readonly oidcApps: readonly OidcAnswer[]
  readonly mail?: MailAnswer
  readonly certificate?: { readonly certificate: string; readonly key: string }
  readonly user?: UserAnswer
}

type Reader = keyof typeof READERS

/** @throws UsageFault naming the option, what is wrong and what to write */
function good(option: string, reader: Reader, value: string): string {
  const wrong = wrongWith(READERS[reader], value)
  if (wrong !== undefined) throw new UsageFault(`--${option}: ${wrong}`)
  return value
}

/** @throws UsageFault for the first option that will not do */
export async function readGiven(call: Call): Promise<Given> {
  const { given } = call
  const { session, domain, certificate, key } = given
  if (session !== undefined && session !== 'portal' && session !== 'authelia')
    throw new UsageFault('--session is portal or authelia.')
  const url = given['authelia-url']
  if (url !== undefined && session === 'portal')
    throw new UsageFault('--authelia-url belongs to --session authelia.')
  if ((certificate === undefined) !== (key === undefined))
    throw new UsageFault('--certificate and --key belong together.')
  const stdins = ['password-file', 'mail-password-file'].filter(name => given[name] === '-')
  if (stdins.length > 1) throw new UsageFault('Only one of the password files can be stdin.')
  const authelia =
    url === undefined
      ? session === 'authelia'
        ? AUTHELIA_HERE
        : undefined
      : good('authelia-url', 'authelia', url)
  const mail = await mailOf(call)
  const user = await userOf(call)
  return {
    ...(domain === undefined ? {} : { domain: good('domain', 'domain', domain) }),
    ...(session === undefined && url === undefined
      ? {}
      : { session: session === 'portal' ? 'portal' : 'authelia' }),
    ...(authelia === undefined ? {} : { authelia }),
    apps: lines(given.app).map(readApp),
    oidcApps: lines(given['oidc-app']).map(readOidcApp),
    ...(mail === undefined ? {} : { mail }),
    ...(certificate === undefined || key === undefined
      ? {}
      : {
          certificate: {
            certificate: good('certificate', 'path', certificate),
            key: good('key', 'path', key),
          },
        }),
    ...(user === undefined ? {} : { user }),
  }
}

const lines = (text: string | undefined): string[] => (text === undefined ? [] : text.split('\n'))

function pair(option: string, text: string, wanted: string): [name: string, rest: string] {
  const at = text.indexOf('=')
  if (at < 1) throw new UsageFault(`--${option} is ${wanted}, and not "${text}".`)
  return [good(option, 'name', text.slice(0, at)), text.slice(at + 1)]
}

/** `shinobi=http://127.0.0.1:8080`, or `cams=shinobi,http://…`; an app named like a kind is of that kind. */
export function readApp(text: string): AppAnswer {
  const [name, rest] = pair('app', text, 'NAME=UPSTREAM')
  const [, written, upstream = ''] = /^(?:([a-z][\w-]*),)?(.*)$/.exec(rest) ?? []
  if (written !== undefined && headerEntry(written) === undefined)
    throw new UsageFault(`--app: the catalogue has no header app "${written}"; "gatehouse apps" lists them.`)
  const kind = written ?? kindNamed(name)
  return { name, ...(kind === undefined ? {} : { kind }), upstream: good('app', 'upstream', upstream) }
}

/** `cloud=nextcloud,https://cloud.example.com,upstream=http://127.0.0.1:8081`. */
export function readOidcApp(text: string): OidcAnswer {
  const [name, rest] = pair('oidc-app', text, 'NAME=KIND,URL')
  const [kind = '', url = '', ...more] = rest.split(',')
  const settings: Record<string, string> = {}
  const redirectUris: string[] = []
  let upstream: string | undefined
  for (const each of more) {
    const at = each.indexOf('=')
    const [key, value] = [each.slice(0, at), each.slice(at + 1)]
    if (at < 1) throw new UsageFault(`--oidc-app: "${each}" is no KEY=VALUE.`)
    if (key === 'redirect_uri') redirectUris.push(value)
    else if (key === 'upstream') upstream = good('oidc-app', 'upstream', value)
    else settings[key] = value
  }
  return {
    name,
    kind,
    url: good('oidc-app', 'url', url),
    ...(upstream === undefined ? {} : { upstream }),
    redirectUris,
    settings,
  }
}

async function mailOf(call: Call): Promise<MailAnswer | undefined> {
  const { mail, domain = 'example.com', 'mail-from': sender, 'mail-username': username } = call.given
  const file = call.given['mail-password-file']
  if (mail === undefined) {
    const lone = ['mail-from', 'mail-username', 'mail-password-file'].find(
      name => call.given[name] !== undefined,
    )
    if (lone !== undefined) throw new UsageFault(`--${lone} belongs to --mail.`)
    return undefined
  }
  if ((username === undefined) !== (file === undefined))
    throw new UsageFault('--mail-username and --mail-password-file belong together.')
  return {
    address: good('mail', 'mail', mail),
    sender: good('mail-from', 'sender', sender ?? `Authelia <auth@${domain}>`),
    ...(username === undefined || file === undefined
      ? {}
      : { username: good('mail-username', 'word', username), password: await secretIn(file, call) }),
  }
}

async function userOf(call: Call): Promise<UserAnswer | undefined> {
  const {
    user,
    domain = 'example.com',
    email,
    groups,
    'display-name': displayName,
    'password-file': file,
  } = call.given
  if (user === undefined) {
    const lone = ['email', 'groups', 'display-name', 'password-file'].find(
      name => call.given[name] !== undefined,
    )
    if (lone !== undefined) throw new UsageFault(`--${lone} belongs to --user.`)
    return undefined
  }
  const name = good('user', 'user', user)
  const password =
    file === undefined ? undefined : good('password-file', 'password', await secretIn(file, call))
  return {
    name,
    displayName: good('display-name', 'word', displayName ?? name),
    email: good('email', 'email', email ?? `${name.replace(/@.*/, '')}@${domain}`),
    groups: (groups ?? 'admins').split(',').map(group => good('groups', 'group', group.trim())),
    ...(password === undefined ? {} : { password }),
  }
}

/** A secret never stands in an option, which every user of the machine can read while the command runs. */
async function secretIn(file: string, { world }: Call): Promise<string> {
  let found: string
  try {
    found = file === '-' ? await textOf(world.stdin) : readFileSync(resolve(world.cwd, file), 'utf8')
  } catch (error) {
    throw new UsageFault(`${file} ${unreadable(error)}.`)
  }
  const secret = found.replace(/[\r\n]+$/, '')
  if (secret === '') throw new UsageFault(`${file === '-' ? 'stdin' : file} is empty.`)
  return secret
}

/** What an option is missing without questions. @throws UsageFault */
export function demand<T>(value: T | undefined, option: string, wanted: string): T {
  if (value === undefined) throw new UsageFault(`--${option} is missing: ${wanted}`)
  return value
}
