/** `gatehouse user`: the people of users_database.yml. */
import type { Config } from '../config/model.ts'
import { LockError } from '../deploy/lock.ts'
import {
  addUser,
  checkPerson,
  removeUser,
  setDisabled,
  setGroups,
  setPassword,
  userOf,
} from '../deploy/users/change.ts'
import { readUsers, usersFileOf } from '../deploy/users/store.ts'
import { UserError } from '../deploy/users/user-error.ts'
import { nearest } from '../lib/suggest.ts'
import { yes } from './ask.ts'
import { type Call, type ExitCode, UsageFault } from './command.ts'
import { complain, configFile, readConfigurationAlone } from './config-file.ts'
import { Abandoned, canAsk } from './hidden.ts'
import { checkSource, newPassword } from './new-password.ts'
import { userJson, userTable, userWarnings } from './user-list.ts'

type Action = (file: string, name: string, call: Call, config: Config) => Promise<ExitCode>

interface Verb {
  readonly run: Action
  /** Options that belong to it, beside --config. */
  readonly options: readonly string[]
}

const PASSWORD = ['password-stdin', 'generate']
const VERBS: Readonly<Record<string, Verb>> = {
  add: { run: add, options: ['name', 'email', 'groups', ...PASSWORD] },
  passwd: { run: passwd, options: PASSWORD },
  groups: { run: groups, options: ['groups', 'add', 'remove'] },
  disable: { run: (file, name, call) => disable(file, name, call, true), options: [] },
  enable: { run: (file, name, call) => disable(file, name, call, false), options: [] },
  remove: { run: remove, options: ['yes'] },
  list: { run: list, options: ['json'] },
}

function verbOf({ words, given, flags }: Call): Verb {
  const [typed = '', name] = words
  const known = Object.keys(VERBS)
  const verb = Object.hasOwn(VERBS, typed) ? VERBS[typed] : undefined
  if (verb === undefined) {
    const meant = nearest(typed, known)
    const hint = meant === undefined ? `It has ${known.join(', ')}.` : `Did you mean ${meant}?`
    throw new UsageFault(`"gatehouse user" has no "${typed}". ${hint}`)
  }
  if (typed !== 'list' && name === undefined) throw new UsageFault(`Who? gatehouse user ${typed} NAME`)
  if (typed === 'list' && name !== undefined) throw new UsageFault(`"${name}" is one word too many.`)
  const extra = [...Object.keys(given), ...flags].find(one => one !== 'config' && !verb.options.includes(one))
  if (extra !== undefined) throw new UsageFault(`--${extra} does not belong to ${typed}.`)
  return verb
}

export async function run(call: Call): Promise<number> {
  const verb = verbOf(call)
  const { world } = call
  const reading = readConfigurationAlone(configFile(call), world)
  if (reading.config === undefined) {
    complain(reading, world)
    return 1
  }
  try {
    return await verb.run(usersFileOf(reading.config), call.words[1] ?? '', call, reading.config)
  } catch (error) {
    if (error instanceof Abandoned) world.stderr.write('Nothing was changed.\n')
    else if (error instanceof UserError || error instanceof LockError)
      world.stderr.write(`${error.message}\n`)
    else throw error
    return 1
  }
}

/** @throws UsageFault for an empty one */
function groupList(text: string | undefined): string[] {
  if (text === undefined) return []
  const list = text.split(',').map(group => group.trim())
  if (list.includes(''))
    throw new UsageFault(`"${text}" has an empty group: groups are separated by single commas.`)
  return list
}

function told(call: Call, password: string): void {
  if (call.flags.has('generate')) call.world.stdout.write(`${password}\n`)
}

async function add(file: string, name: string, call: Call, { deploy }: Config): Promise<ExitCode> {
  const { given, world } = call
  checkSource(call)
  const person = {
    name,
    groups: groupList(given.groups),
    ...(given.name === undefined ? {} : { displayName: given.name }),
    ...(given.email === undefined ? {} : { email: given.email }),
  }
  await checkPerson(file, person)
  const password = await newPassword(name, call)
  await addUser(file, { ...person, password }, deploy.password_policy.min_length)
  world.stderr.write(
    `Added ${name} to ${file}${person.groups.length > 0 ? `, in ${person.groups.join(', ')}` : ''}.\n`,
  )
  if (given.email === undefined && deploy.reset_password && deploy.mail !== undefined)
    world.stderr.write('Without an address (--email) a forgotten password cannot be reset by mail.\n')
  told(call, password)
  return 0
}

async function passwd(file: string, name: string, call: Call, { deploy }: Config): Promise<ExitCode> {
  checkSource(call)
  userOf(await readUsers(file), name, file)
  const password = await newPassword(name, call)
  await setPassword(file, name, password, deploy.password_policy.min_length)
  call.world.stderr.write(
    `${name} has a new password. Sessions that are open stay open: "gatehouse user disable ${name}" ends them.\n`,
  )
  told(call, password)
  return 0
}

async function groups(file: string, name: string, { given, world }: Call): Promise<ExitCode> {
  const [to, more, less] = [given.groups, given.add, given.remove].map(groupList) as [
    string[],
    string[],
    string[],
  ]
  if (given.groups !== undefined && (given.add !== undefined || given.remove !== undefined))
    throw new UsageFault('--groups says them all; --add and --remove change some.')
  if (given.groups === undefined && given.add === undefined && given.remove === undefined) {
    for (const group of userOf(await readUsers(file), name, file).groups) world.stdout.write(`${group}\n`)
    return 0
  }
  const now = await setGroups(file, name, before => {
    const absent = less.find(group => !before.includes(group))
    if (absent !== undefined)
      throw new UserError(`${name} is not in ${absent}, but in ${before.join(', ') || 'no group'}.`)
    return given.groups === undefined ? [...before.filter(group => !less.includes(group)), ...more] : to
  })
  world.stderr.write(`${name} is in ${now.join(', ') || 'no group'}.\n`)
  return 0
}

async function disable(file: string, name: string, { world }: Call, disabled: boolean): Promise<ExitCode> {
  await setDisabled(file, name, disabled)
  world.stderr.write(
    disabled
      ? `${name} is disabled: nobody can log in so, and open sessions end with their next request.\n`
      : `${name} may log in again.\n`,
  )
  return 0
}

async function remove(file: string, name: string, { world, flags }: Call, config: Config): Promise<ExitCode> {
  userOf(await readUsers(file), name, file)
  if (!flags.has('yes')) {
    if (!canAsk(world)) throw new UsageFault('There is no terminal to ask whether you are sure: --yes.')
    if (!(await yes(`Remove ${name} for good? ("gatehouse user disable ${name}" can be undone.)`, world))) {
      world.stderr.write('Nothing was changed.\n')
      return 1
    }
  }
  await removeUser(file, name)
  const kept = config.portal === undefined ? "Authelia's database" : config.portal.totp
  world.stderr.write(
    `${name} is gone. What apps keep of ${name} stays there, and the second factor stays in ${kept}: do not give the name to somebody else before both are removed.\n`,
  )
  return 0
}

async function list(file: string, _name: string, { world, flags }: Call): Promise<ExitCode> {
  const users = await readUsers(file)
  if (flags.has('json')) world.stdout.write(`${JSON.stringify(userJson(users ?? []), null, 2)}\n`)
  else if (users !== undefined) world.stdout.write(userTable(file, users))
  else world.stderr.write(`${file} does not exist yet: gatehouse user add NAME\n`)
  for (const warning of userWarnings(users ?? [])) world.stderr.write(`${warning}\n`)
  return 0
}
