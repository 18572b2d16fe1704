/** `gatehouse apply`: puts the house in place. */
import { realpathSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { machine as reader } from '../config/host.ts'
import type { Config } from '../config/model.ts'
import { carryOut, Failed } from '../deploy/apply/apply.ts'
import { wishBack } from '../deploy/apply/back.ts'
import { machine } from '../deploy/apply/machine.ts'
import { ApplyError, Busy } from '../deploy/apply/outside.ts'
import { nothingToDo, type Survey, survey, type Wish } from '../deploy/apply/survey.ts'
import { HouseError, openHouse } from '../deploy/house.ts'
import { planOf } from '../deploy/plan.ts'
import { asJson, describe, success } from './apply-text.ts'
import { yes } from './ask.ts'
import type { Call } from './command.ts'
import { complain, configFile, readConfiguration } from './config-file.ts'
import { coloured } from './terminal.ts'

export async function run(call: Call): Promise<number> {
  const { world, flags } = call
  const json = flags.has('json')
  const refuse = (message: string, more: object = {}): number => {
    if (json) world.stdout.write(asJson({ state: 'refused', message, ...more }))
    else world.stderr.write(`${message}\n`)
    return 1
  }
  const reading = readConfiguration(configFile(call), world)
  if (!json || reading.config === undefined) complain(reading, world)
  if (reading.config === undefined) return json ? refuse('gatehouse.yml has faults.') : 1
  const root = call.given.root === undefined ? '' : resolve(world.cwd, call.given.root)
  const elsewhere = misplaced(reading.config, root)
  if (elsewhere !== undefined) return refuse(elsewhere)
  const outside = machine({
    pid: Number(world.facts.pid),
    uid: world.uid,
    env: world.env,
    clock: world.clock,
  })
  try {
    const wish = wishOf(reading.config, root, call)
    const found = survey(flags.has('back') ? wishBack(wish) : wish, outside)
    if (nothingToDo(found)) {
      if (json) world.stdout.write(asJson({ state: 'nothing', release: found.current }))
      else
        world.stdout.write(
          `Nothing to do: release ${found.current} is in place and is what gatehouse.yml says.\n`,
        )
      return 0
    }
    if (!json) world.stdout.write(describe(found, coloured(world.stdout, world.env)))
    const hindrance = hindranceOf(found, call)
    if (hindrance !== undefined) return refuse(hindrance, { found })
    if (!flags.has('yes') && !(await yes('Put this in place?', world)))
      return refuse('Nothing was changed.', { found })
    const say = (line: string): void => void world.stderr.write(`${line}\n`)
    const outcome = await carryOut(found, outside, say)
    world.stdout.write(json ? asJson({ state: 'applied', found, ...outcome }) : success(found, outcome))
    return 0
  } catch (error) {
    if (error instanceof Failed) {
      const { message, switched, left } = error
      if (json) world.stdout.write(asJson({ state: 'failed', message, switched, left }))
      else world.stderr.write(`${message}\n${aftermath(error)}\n`)
      return 1
    }
    if (error instanceof HouseError) return refuse(`${error.message}\nTry: ${error.hint}`)
    if (error instanceof ApplyError || error instanceof Busy) return refuse(error.message)
    throw error
  }
}

function wishOf(config: Config, root: string, { world }: Call): Wish {
  const host = reader(world.cwd, world.clock)
  return {
    folder: config.deploy.folder,
    root,
    render: current => planOf(openHouse(config, host, { current })),
    host: config.session.portal_host,
    nginx: '/etc/nginx/nginx.conf',
  }
}

/** Where the file is not the one that the house will read; undefined: it is. */
function misplaced({ file, deploy }: Config, root: string): string | undefined {
  const folder = root === '' ? deploy.folder : join(root, deploy.folder)
  const wanted = join(folder, 'gatehouse.yml')
  const real = (path: string): string => {
    try {
      return realpathSync(path)
    } catch {
      return path
    }
  }
  if (real(file) === real(wanted)) return undefined
  return `The house reads ${wanted}, and this is ${file}.
Put the file there, with its users and secrets: sudo cp -a . ${folder}
Or name the folder where it stands in it: deploy: { folder: … }`
}

/** Why it may not go on; undefined: it may. */
function hindranceOf(found: Survey, { world, flags }: Call): string | undefined {
  const { obstacles, forbidden } = found
  if (obstacles.length > 0) return obstacles.join('\n')
  if (forbidden.length > 0)
    return `This user may not:\n${forbidden.map(each => `  ${each}\n`).join('')}Run it as root: sudo gatehouse apply`
  if (flags.has('yes')) return undefined
  if (world.stdin.isTTY === true && world.stderr.isTTY === true && !flags.has('json')) return undefined
  return 'Nothing was changed: there is no terminal to ask on. With --yes it is done without asking.'
}

function aftermath({ switched, left }: Failed): string {
  if (left.length > 0)
    return `This could not be put back, see to it:\n${left.map(each => `  ${each.replaceAll('\n', '\n  ')}`).join('\n')}`
  return switched
    ? 'Everything was put back: the house runs as before.'
    : 'Nothing was switched: the house runs as before.'
}
