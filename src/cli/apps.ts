/** `gatehouse apps`: what can be set up, and what to set in each app. */
import { existsSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { exampleSheet, known, type Way, waysOf } from '../catalog/sheet/example.ts'
import { htmlSheet } from '../catalog/sheet/html.ts'
import { markdownSheet } from '../catalog/sheet/markdown.ts'
import type { Sheet } from '../catalog/sheet/sheet.ts'
import { terminalSheet } from '../catalog/sheet/terminal.ts'
import type { Config } from '../config/model.ts'
import { SECRETS } from '../config/secret-files.ts'
import { readSecret } from '../deploy/secrets/read.ts'
import { SecretError } from '../deploy/secrets/secret-error.ts'
import { replaceSecret } from '../deploy/secrets/write.ts'
import { sheetOf } from '../deploy/sheets.ts'
import { nearest } from '../lib/suggest.ts'
import { configured, listJson, listText } from './apps-list.ts'
import { type Call, UsageFault } from './command.ts'
import { complain, configFile, readConfigurationAlone } from './config-file.ts'
import { coloured } from './terminal.ts'

const FORMATS = ['text', 'markdown', 'html'] as const
type Format = (typeof FORMATS)[number]
const WAYS: readonly Way[] = ['openid', 'headers']

export async function run(call: Call): Promise<number> {
  const { words, given, flags } = call
  const [action, name] = words
  if (action === undefined) {
    const [option] = [...Object.keys(given), ...flags].filter(each => each !== 'config' && each !== 'json')
    if (option !== undefined) throw new UsageFault(`--${option} belongs to "gatehouse apps show NAME".`)
    return list(call)
  }
  if (action !== 'show') {
    const meant = nearest(action, ['show']) === undefined ? `apps show ${action}` : 'apps show'
    throw new UsageFault(`"gatehouse apps" has no "${action}". Did you mean "gatehouse ${meant}"?`)
  }
  if (name === undefined)
    throw new UsageFault('Which one? gatehouse apps show NAME: "gatehouse apps" lists them.')
  if (flags.has('json')) throw new UsageFault('--json belongs to "gatehouse apps", without "show".')
  return show(call, name, formatOf(given))
}

/** `undefined`: there is no file, and none was named. `false`: it is there, and cannot be used; that was said. */
function configOf(call: Call): Config | undefined | false {
  const file = configFile(call)
  if (call.given.config === undefined && !existsSync(resolve(call.world.cwd, file))) return undefined
  const reading = readConfigurationAlone(file, call.world)
  if (reading.config !== undefined) return reading.config
  complain(reading, call.world)
  return false
}

function list(call: Call): number {
  const config = configOf(call)
  const apps = config ? configured(config) : undefined
  call.world.stdout.write(call.flags.has('json') ? listJson(apps) : listText(apps, call.world.stdout.columns))
  return config === false ? 1 : 0
}

/** As the file's ending says, where no format is named. */
function formatOf({ format, out }: Call['given']): Format {
  const ending = /\.(md|markdown|html?)$/i.exec(out ?? '')?.[1]?.toLowerCase()
  const usual = ending === undefined ? 'text' : ending.startsWith('m') ? 'markdown' : 'html'
  const found = FORMATS.find(each => each === (format ?? usual))
  if (found === undefined) throw new UsageFault(`--format ${format} is none of ${FORMATS.join(', ')}.`)
  return found
}

async function show(call: Call, name: string, format: Format): Promise<number> {
  const { world, given } = call
  const config = configOf(call)
  if (config === false) return 1
  try {
    const sheet = find(call, name, config)
    if (sheet === undefined) {
      world.stderr.write(unknown(name, config))
      return 1
    }
    const text = write(sheet, format, call)
    if (given.out === undefined) world.stdout.write(text)
    else await save(resolve(world.cwd, given.out), text, sheet.showsSecret, call)
    return 0
  } catch (error) {
    if (!(error instanceof SecretError)) throw error
    world.stderr.write(`${error.message}\n`)
    return 1
  }
}

/** @throws SecretError where the secret is asked for and not there */
function find({ given, flags, world }: Call, name: string, config: Config | undefined): Sheet | undefined {
  const way = WAYS.find(each => each === given.by)
  if (given.by !== undefined && way === undefined)
    throw new UsageFault(`--by ${given.by} is none of ${WAYS.join(', ')}.`)
  const own = config?.oidc_apps.find(app => app.name === name)
  const secret =
    config !== undefined && own !== undefined && !own.client.public && flags.has('show-secret')
      ? readSecret(config.secrets, SECRETS.client(name))
      : undefined
  const sheet = config === undefined ? undefined : sheetOf(config, name, secret)
  if (sheet !== undefined) return sheet
  const ways = waysOf(name)
  const [first] = ways
  if (first === undefined) return undefined
  if (way !== undefined && !ways.includes(way))
    throw new UsageFault(`${name} cannot be signed in to by ${way}: leave --by out.`)
  if (way === undefined && ways.length > 1)
    world.stderr.write(`${name} can also be told by headers: gatehouse apps show ${name} --by headers\n`)
  return exampleSheet(name, way ?? first)
}

function write(sheet: Sheet, format: Format, { world, given }: Call): string {
  if (format === 'html') return htmlSheet(sheet)
  if (format === 'markdown') return markdownSheet(sheet)
  const { stdout, env } = world
  const shown = given.out === undefined
  return terminalSheet(sheet, {
    colour: shown && coloured(stdout, env),
    ...(shown && stdout.columns !== undefined ? { width: stdout.columns } : {}),
  })
}

async function save(file: string, text: string, secret: boolean, { world }: Call): Promise<void> {
  try {
    if (secret) await replaceSecret(file, text)
    else writeFileSync(file, text)
  } catch (error) {
    if (error instanceof SecretError) throw error
    throw new SecretError('unwritable', `${file} cannot be written: ${(error as Error).message}.`)
  }
  world.stderr.write(`wrote ${file}${secret ? ', which only its owner may read' : ''}\n`)
}

function unknown(name: string, config: Config | undefined): string {
  const names = config === undefined ? [] : configured(config).map(app => app.name)
  const meant = nearest(name, [...names, ...known().map(({ kind }) => kind)])
  const hint =
    meant === undefined
      ? '"gatehouse apps" lists what there is.'
      : `Did you mean "gatehouse apps show ${meant}"?`
  return `There is no app and no kind "${name}". ${hint}\n`
}
