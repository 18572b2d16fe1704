/** `gatehouse init`: makes a house of answers. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { machine } from '../config/host.ts'
import { type Reading, readConfig } from '../config/read.ts'
import { type Answers, AUTHELIA_HERE } from '../deploy/init/answers.ts'
import { CONFIG, FIRST_PASSWORD, hasUsersFile, type Made, makeHouse, USERS } from '../deploy/init/init.ts'
import { InitError } from '../deploy/init/put.ts'
import { SecretError } from '../deploy/secrets/secret-error.ts'
import { inspectors } from '../server/inspect.ts'
import type { Call, World } from './command.ts'
import { demand, type Given, readGiven } from './init-flags.ts'

/** Where the rendered house looks for its files unless `deploy.folder` says otherwise. */
const HOME = '/etc/gatehouse'

export async function run(call: Call): Promise<number> {
  const { world, flags } = call
  const given = await readGiven(call)
  const folder = resolve(world.cwd, call.given.folder ?? '.')
  if (existsSync(join(folder, CONFIG))) {
    world.stderr.write(
      `${join(folder, CONFIG)} is there already: nothing was changed.\nAdd to it by hand ("gatehouse check" says what is wrong), and make missing secrets with "gatehouse secret make".\n`,
    )
    return 1
  }
  const asks = !flags.has('yes') && world.stdin.isTTY === true && world.stderr.isTTY === true
  const answers = asks
    ? await (await import('./init-questions.ts')).ask(given, folder, world)
    : complete(given, folder)
  if (answers === undefined) {
    world.stderr.write('Nothing was written.\n')
    return 1
  }
  const ended = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) world.onSignal(signal, () => ended.abort())
  try {
    const made = await makeHouse({ folder, answers, check: checkIn(world), ended: ended.signal })
    report(made, answers, folder, world)
    return made.faults.length > 0 ? 1 : 0
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (error instanceof InitError || error instanceof SecretError) world.stderr.write(`${error.message}\n`)
    else if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
      world.stderr.write(
        `This user may not write into ${folder}: run it as root (sudo), or name another --folder.\n`,
      )
    else throw error
    return 1
  }
}

/** The answers where nobody is asked. @throws UsageFault for what cannot be guessed */
function complete(given: Given, folder: string): Answers {
  const { apps, oidcApps, mail, certificate, user } = given
  const domain = demand(given.domain, 'domain', '--domain example.com')
  const session = demand(given.session, 'session', '--session portal or --session authelia')
  if (apps.length + oidcApps.length === 0) demand(undefined, 'app', '--app shinobi=http://127.0.0.1:8080')
  const authelia = session === 'portal' ? undefined : (given.authelia ?? AUTHELIA_HERE)
  const base = authelia === undefined ? {} : { authelia }
  if (hasUsersFile(base) && !existsSync(join(folder, USERS)))
    demand(user, 'user', 'the first one, --user ann')
  return {
    domain,
    ...base,
    apps,
    oidcApps,
    ...(mail === undefined ? {} : { mail }),
    ...(certificate === undefined ? {} : { certificate }),
    ...(user === undefined ? {} : { user }),
  }
}

/** Reads as `check` does, with files that are not on the disk yet. */
function checkIn({ cwd, clock }: World): (file: string, files: ReadonlyMap<string, string>) => Reading {
  return (file, files) => {
    const secrets = join(dirname(file), 'secrets', '/')
    // Only that they are there is looked at.
    const madeNext = (path: string) => (path.startsWith(secrets) ? 'made next' : undefined)
    const host = machine(cwd, clock)
    const readFile = (path: string): Uint8Array => {
      const text = files.get(path) ?? (existsSync(path) ? undefined : madeNext(path))
      return text === undefined ? new Uint8Array(readFileSync(path)) : new TextEncoder().encode(text)
    }
    return readConfig(file, { ...host, readFile }, inspectors)
  }
}

function report(
  { put, left, faults }: Made,
  answers: Answers,
  folder: string,
  { stdout, stderr, cwd }: World,
): void {
  const secrets = put.filter(path => path.startsWith('secrets/'))
  for (const path of put.filter(each => !secrets.includes(each)))
    stdout.write(`made  ${join(folder, path)}\n`)
  if (secrets.length > 0)
    stdout.write(
      `made  ${join(folder, 'secrets')}: ${secrets.length} ${secrets.length === 1 ? 'file' : 'files'}, for root alone\n`,
    )
  for (const path of left) stdout.write(`kept  ${join(folder, path)}, which was there already\n`)
  for (const fault of faults) stderr.write(`${fault}\n`)
  if (existsSync(join(folder, USERS)) && answers.user !== undefined && !put.includes(USERS))
    stderr.write(
      `${answers.user.name} was not added: the users file was there already. gatehouse user add does that.\n`,
    )
  if (put.includes(FIRST_PASSWORD))
    stderr.write(
      `The password of ${answers.user?.name} is in ${join(folder, FIRST_PASSWORD)}: log in, change it, remove the file.\n`,
    )
  const near = (path: string): string =>
    relative(cwd, path).startsWith('..') ? path : relative(cwd, path) || '.'
  const option = folder === cwd || folder === HOME ? '' : ` --config ${near(join(folder, CONFIG))}`
  const carry = folder === HOME ? '' : `sudo mkdir -p ${HOME} && sudo cp -a ${near(folder)}/. ${HOME}/ && `
  stderr.write(`Next:
  gatehouse check${option}
  gatehouse render --diff${option}
  ${carry}sudo gatehouse apply${folder === HOME ? '' : ` --config ${HOME}/${CONFIG}`}
`)
}
