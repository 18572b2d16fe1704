/** The questions of `init`, for what its options left open. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import * as clack from '@clack/prompts'
import { HEADER_ENTRIES, headerEntry, OIDC_ENTRIES, oidcEntry } from '../catalog/catalog.ts'
import type { Setting } from '../catalog/types.ts'
import {
  type Answers,
  type AppAnswer,
  AUTHELIA_HERE,
  type MailAnswer,
  neededSettings,
  type OidcAnswer,
  READERS,
  type UserAnswer,
} from '../deploy/init/answers.ts'
import { hasUsersFile, USERS } from '../deploy/init/init.ts'
import { wrongWith } from '../deploy/init/judge.ts'
import type { World } from './command.ts'
import type { Given } from './init-flags.ts'

/** The person pressed Ctrl-C or Escape. */
class Cancelled extends Error {}

type Reader = keyof typeof READERS
type Io = { readonly input: World['stdin']; readonly output?: Writable }

/** Asks for everything that the options left open. @returns undefined where the person gave up */
export async function ask(
  given: Given,
  folder: string,
  { stdin, stderr }: World,
): Promise<Answers | undefined> {
  const io: Io = { input: stdin, ...(stderr instanceof Writable ? { output: stderr } : {}) }
  clack.intro(`A house in ${folder}`, io)
  try {
    const answers = await allOf(given, folder, io)
    const right = await settled(clack.confirm({ message: `Write this house into ${folder}?`, ...io }))
    clack.outro(right ? 'Writing.' : 'Not written.', io)
    return right ? answers : undefined
  } catch (error) {
    if (!(error instanceof Cancelled)) throw error
    clack.cancel('Given up.', io)
    return undefined
  }
}

async function settled<T>(answer: Promise<T>): Promise<Exclude<T, symbol>> {
  const value = await answer
  if (clack.isCancel(value)) throw new Cancelled()
  return value as Exclude<T, symbol>
}

interface Line {
  readonly message: string
  readonly reader: Reader
  readonly initial?: string
  /** An empty answer is one. */
  readonly optional?: true
}

async function line({ message, reader, initial, optional }: Line, io: Io): Promise<string> {
  const validate = (value: string | undefined): string | undefined =>
    optional && (value ?? '') === '' ? undefined : wrongWith(READERS[reader], (value ?? '').trim())
  const start = initial === undefined ? {} : { initialValue: initial }
  const typed = await settled(clack.text({ message, validate, ...start, ...io }))
  return (typed ?? '').trim()
}

async function allOf(given: Given, folder: string, io: Io): Promise<Answers> {
  const domain =
    given.domain ??
    (await line({ message: 'Which domain? Apps will be at <name>.<domain>.', reader: 'domain' }, io))
  const authelia = given.session === undefined ? await askSession(io) : (given.authelia ?? undefined)
  const apps = [...given.apps]
  const oidcApps = [...given.oidcApps]
  if (apps.length + oidcApps.length === 0) await askApps(domain, apps, oidcApps, io)
  const base = { domain, ...(authelia === undefined ? {} : { authelia }), apps, oidcApps }
  const here = hasUsersFile(base)
  const mail = given.mail ?? (here && authelia !== undefined ? await askMail(domain, io) : undefined)
  const certificate = given.certificate ?? (await askCertificate(domain, io))
  const user =
    given.user ?? (here && !existsSync(join(folder, USERS)) ? await askUser(domain, io) : undefined)
  return {
    ...base,
    ...(mail === undefined ? {} : { mail }),
    ...(certificate === undefined ? {} : { certificate }),
    ...(user === undefined ? {} : { user }),
  }
}

async function askSession(io: Io): Promise<string | undefined> {
  const where = await settled(
    clack.select({
      message: 'Where shall logins come from?',
      options: [
        { value: 'here', label: 'Authelia on this machine', hint: 'gatehouse apply sets it up' },
        { value: 'portal', label: 'the built-in portal', hint: 'small, nothing to install' },
        { value: 'elsewhere', label: 'an Authelia that runs already' },
      ],
      ...io,
    }),
  )
  if (where === 'portal') return undefined
  if (where === 'here') return AUTHELIA_HERE
  return line(
    { message: 'Its address, as this machine reaches it?', reader: 'authelia', initial: 'http://' },
    io,
  )
}

async function askApps(domain: string, apps: AppAnswer[], oidcApps: OidcAnswer[], io: Io): Promise<void> {
  const chosen = await settled(
    clack.multiselect({
      message: 'Which apps? Space chooses, Enter ends; others can be added next.',
      required: false,
      maxItems: 12,
      options: [
        ...HEADER_ENTRIES.map(({ kind, title }) => ({
          value: `header ${kind}`,
          label: title,
          hint: 'behind the gate',
        })),
        ...OIDC_ENTRIES.filter(({ kind }) => kind !== 'custom').map(({ kind, title }) => ({
          value: `oidc ${kind}`,
          label: title,
          hint: 'OpenID Connect',
        })),
      ],
      ...io,
    }),
  )
  for (const each of chosen) {
    const [way, kind = ''] = each.split(' ')
    const taken = apps.some(({ name }) => name === kind)
    if (way === 'header') apps.push(await askHeaderApp(kind, io))
    else oidcApps.push(await askOidcApp(kind, taken ? `${kind}-login` : kind, domain, io))
  }
  for (;;) {
    const first = apps.length + oidcApps.length === 0
    const message = first
      ? 'An app, then. Its name?'
      : 'Another app behind the gate? Its name, or Enter for none.'
    const name = await line({ message, reader: 'name', ...(first ? {} : { optional: true }) }, io)
    if (name === '') return
    if ([...apps, ...oidcApps].some(app => app.name === name))
      clack.log.warn(`There is an app ${name} already.`, io)
    else apps.push({ name, upstream: await upstreamOf(name, undefined, io) })
  }
}

const upstreamOf = (title: string, port: number | undefined, io: Io): Promise<string> =>
  line(
    { message: `Where does ${title} listen?`, reader: 'upstream', initial: `http://127.0.0.1:${port ?? ''}` },
    io,
  )

async function askHeaderApp(kind: string, io: Io): Promise<AppAnswer> {
  const entry = headerEntry(kind)
  return { name: kind, kind, upstream: await upstreamOf(entry?.title ?? kind, entry?.port, io) }
}

async function askOidcApp(kind: string, name: string, domain: string, io: Io): Promise<OidcAnswer> {
  const title = oidcEntry(kind)?.title ?? kind
  const url = await line(
    { message: `${title}: its address in the browser?`, reader: 'url', initial: `https://${name}.${domain}` },
    io,
  )
  const settings: Record<string, string> = {}
  for (const [key, setting] of neededSettings(kind)) settings[key] = await askSetting(title, setting, io)
  return { name, kind, url, redirectUris: [], settings }
}

async function askSetting(
  title: string,
  { describe, example, choices, shape }: Setting,
  io: Io,
): Promise<string> {
  const message = `${title}: ${describe.replaceAll('`', '')}`
  if (choices !== undefined)
    return settled(clack.select({ message, options: choices.map(value => ({ value, label: value })), ...io }))
  const validate = (value: string | undefined): string | undefined => {
    if (shape !== undefined && !shape.pattern.test(value ?? '')) return `Write ${shape.says}.`
    return wrongWith(READERS.word, value ?? '')
  }
  return settled(
    clack.text({ message, validate, ...(example === undefined ? {} : { placeholder: example }), ...io }),
  )
}

async function askMail(domain: string, io: Io): Promise<MailAnswer | undefined> {
  const message = 'Which mail server sends codes and password resets? Enter for none.'
  const typed = await line({ message, reader: 'mail', optional: true }, io)
  if (typed === '') return undefined
  const initial = `Authelia <auth@${domain}>`
  const sender = await line({ message: 'From whom?', reader: 'sender', initial }, io)
  const username = await line(
    { message: 'Its user name? Enter for none.', reader: 'word', optional: true },
    io,
  )
  if (username === '') return { address: typed, sender }
  const validate = (value: string | undefined): string | undefined => (value ? undefined : 'It has one.')
  const password = await settled(clack.password({ message: 'Its password?', validate, ...io }))
  return { address: typed, sender, username, password }
}

async function askCertificate(domain: string, io: Io): Promise<Answers['certificate']> {
  const from = await settled(
    clack.select({
      message: 'Which certificate shall browsers see?',
      options: [
        { value: 'own', label: 'of an authority of your own', hint: 'every device has to trust it once' },
        { value: 'files', label: 'of files that something else renews', hint: 'certbot, acme.sh' },
      ],
      ...io,
    }),
  )
  if (from === 'own') return undefined
  const live = `/etc/letsencrypt/live/${domain}`
  const certificate = await line(
    { message: 'The certificate with its chain?', reader: 'path', initial: `${live}/fullchain.pem` },
    io,
  )
  return {
    certificate,
    key: await line({ message: 'Its key?', reader: 'path', initial: `${live}/privkey.pem` }, io),
  }
}

async function askUser(domain: string, io: Io): Promise<UserAnswer> {
  const name = await line({ message: 'The first user? Their name to log in with.', reader: 'user' }, io)
  const displayName = await line({ message: 'As apps show it?', reader: 'word', initial: name }, io)
  const initial = `${name.replace(/@.*/, '')}@${domain}`
  const email = await line({ message: 'Their mail address?', reader: 'email', initial }, io)
  for (;;) {
    const validate = (value: string | undefined): string | undefined =>
      wrongWith(READERS.password, value ?? '')
    const password = await settled(clack.password({ message: 'Their password?', validate, ...io }))
    const again = await settled(clack.password({ message: 'The same again?', ...io }))
    if (password === again) return { name, displayName, email, groups: ['admins'], password }
    clack.log.warn('These were two different ones.', io)
  }
}
