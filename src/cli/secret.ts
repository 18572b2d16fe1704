/** `gatehouse secret`: makes, lists, shows and replaces the secrets of the house. */
import type { Config } from '../config/model.ts'
import { SECRETS } from '../config/secret-files.ts'
import { LockError } from '../deploy/lock.ts'
import { ensureSecrets } from '../deploy/secrets/ensure.ts'
import { wantedSecret } from '../deploy/secrets/find.ts'
import { readSecret } from '../deploy/secrets/read.ts'
import { forgetRotation, rotateSecret, undoRotation } from '../deploy/secrets/rotate.ts'
import { SecretError } from '../deploy/secrets/secret-error.ts'
import { surveySecrets } from '../deploy/secrets/survey.ts'
import { nearest } from '../lib/suggest.ts'
import { type Call, type ExitCode, UsageFault } from './command.ts'
import { complain, configFile, readConfigurationAlone } from './config-file.ts'
import { secretTable } from './secret-table.ts'

type Action = (config: Config, call: Call, name: string) => Promise<ExitCode>

const ACTIONS: Readonly<Record<string, { readonly run: Action; readonly named: boolean }>> = {
  make: { run: make, named: false },
  list: { run: list, named: false },
  show: { run: show, named: true },
  rotate: { run: rotate, named: true },
}

export async function run(call: Call): Promise<number> {
  const { world, words, flags } = call
  const [typed = '', name] = words
  const action = Object.hasOwn(ACTIONS, typed) ? ACTIONS[typed] : undefined
  if (action === undefined) {
    const known = Object.keys(ACTIONS)
    const hint = nearest(typed, known)
    throw new UsageFault(
      `"gatehouse secret" has no "${typed}". ${hint ? `Did you mean ${hint}?` : `It has ${known.join(', ')}.`}`,
    )
  }
  if (action.named && name === undefined)
    throw new UsageFault(`Which one? gatehouse secret ${typed} NAME: "gatehouse secret list" names them.`)
  if (!action.named && name !== undefined) throw new UsageFault(`"${name}" is one word too many.`)
  if (flags.has('json') && typed !== 'list') throw new UsageFault('--json belongs to list.')
  for (const flag of ['forget', 'undo'])
    if (flags.has(flag) && typed !== 'rotate') throw new UsageFault(`--${flag} belongs to rotate.`)
  if (flags.has('forget') && flags.has('undo')) throw new UsageFault('--forget or --undo, not both.')

  const reading = readConfigurationAlone(configFile(call), world)
  if (reading.config === undefined) {
    complain(reading, world)
    return 1
  }
  try {
    return await action.run(reading.config, call, name ?? '')
  } catch (error) {
    if (!(error instanceof SecretError || error instanceof LockError)) throw error
    world.stderr.write(`${error.message}\n`)
    return 1
  }
}

async function make(config: Config, { world }: Call): Promise<ExitCode> {
  const { stderr } = world
  const { made, kept, faults, because } = await ensureSecrets(config)
  for (const name of made) stderr.write(`made ${name}\n`)
  if (because !== undefined && !made.includes(SECRETS.authority))
    stderr.write(
      `${SECRETS.certificate} was issued because ${because}: reload NGINX, which keeps the old one until then.\n`,
    )
  for (const { message } of faults) stderr.write(`${message}\n`)
  if (made.length + kept.length + faults.length === 0) {
    stderr.write(
      'This configuration wants no secrets: it has no oidc_apps, no authelia, and its certificates come from somewhere else.\n',
    )
    return 0
  }
  const there = kept.length > 0 ? `${kept.length} ${kept.length === 1 ? 'was' : 'were'} there already` : ''
  const parts = [made.length > 0 ? `${made.length} made` : '', there].filter(Boolean)
  stderr.write(`${config.secrets}: ${parts.join(', ') || 'nothing made'}.\n`)
  return faults.length > 0 ? 1 : 0
}

async function list(config: Config, { world, flags }: Call): Promise<ExitCode> {
  const survey = await surveySecrets(config, world.clock())
  if (flags.has('json')) world.stdout.write(`${JSON.stringify(toJson(survey), null, 2)}\n`)
  else world.stdout.write(secretTable(survey, world.clock()))
  const wrong = survey.faults.length > 0 || survey.secrets.some(one => !one.there || one.faults.length > 0)
  return wrong ? 1 : 0
}

function toJson({ folder, faults, secrets }: Awaited<ReturnType<typeof surveySecrets>>): object {
  return {
    folder,
    faults,
    secrets: secrets.map(({ written, mode, ...rest }) => ({
      ...rest,
      ...(written === undefined ? {} : { written: new Date(written).toISOString() }),
      ...(mode === undefined ? {} : { mode: mode.toString(8).padStart(4, '0') }),
    })),
  }
}

async function show(config: Config, { world }: Call, name: string): Promise<ExitCode> {
  world.stdout.write(`${readSecret(config.secrets, wantedSecret(config, name).name)}\n`)
  return 0
}

async function rotate(config: Config, { world, flags }: Call, typed: string): Promise<ExitCode> {
  const { stderr } = world
  const wanted = wantedSecret(config, typed)
  const { name } = wanted
  if (flags.has('forget')) {
    await forgetRotation(config, wanted)
    stderr.write(`The old ${name} is gone.\n`)
    return 0
  }
  const undo = flags.has('undo')
  const todo = undo ? await undoRotation(config, wanted) : await rotateSecret(config, wanted)
  stderr.write(undo ? `The old ${name} is back. Now:\n` : `${name} is new; the old one stays aside. Now:\n`)
  for (const line of todo) stderr.write(`  - ${line}\n`)
  if (!undo)
    stderr.write(
      `When all works: gatehouse secret rotate ${name} --forget\nTo have the old one back: gatehouse secret rotate ${name} --undo\n`,
    )
  return 0
}
