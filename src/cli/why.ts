/** `gatehouse why`: whether somebody may open an address, and which rule says so. */
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { accessControlOf } from '../authz/ground.ts'
import { compile } from '../authz/policy.ts'
import { type Authority, readTarget, why } from '../authz/why.ts'
import { whyText } from '../authz/why-text.ts'
import { readAutheliaFile } from '../config/authelia-file.ts'
import type { App, Config } from '../config/model.ts'
import { readUsersFile } from '../portal/users-file.ts'
import { type Call, UsageFault } from './command.ts'
import { complain, configFile, readConfiguration } from './config-file.ts'

export async function run(call: Call): Promise<number> {
  const { world, given, flags } = call
  const { stdout, stderr } = world
  const [name = '', address = ''] = call.words
  const object = readTarget(address, given.method ?? 'GET')
  if (object === undefined) {
    throw new UsageFault(`"${address}" is no address: write it as in https://cams.example.com/x`)
  }
  const client = given.client ?? ''
  if (client !== '' && isIP(client) === 0) throw new UsageFault(`--client ${client} is no IP address.`)

  const reading = readConfiguration(configFile(call), world)
  if (!reading.config) {
    complain(reading, world)
    return 1
  }
  const { config } = reading
  const app = config.apps.find(({ hosts }) => hosts.includes(object.host))
  if (app === undefined) {
    const portal = object.host === config.session.portal_host
    stderr.write(portal ? 'That is the login portal, which is open to all.\n' : noApp(object.host, config))
    return portal ? 0 : 1
  }
  const user = name === '-' ? '' : name
  const groups = given.groups?.split(',').filter(Boolean) ?? groupsOf(user, config)
  if (groups === undefined) {
    stderr.write(
      `There is no enabled user ${user} in ${config.portal?.users}. With --groups a,b you can ask all the same.\n`,
    )
    return 1
  }
  const explanation = why({
    authorities: authoritiesOf(app, config),
    subject: { user, groups, client },
    object,
    app: app.name,
  })
  stdout.write(flags.has('json') ? `${JSON.stringify(explanation, null, 2)}\n` : whyText(explanation))
  if (config.authelia && !config.authelia.configuration && !flags.has('json')) {
    stderr.write(
      "\nAuthelia's own rules are not known here and count as well: name its configuration.yml under authelia.configuration.\n",
    )
  }
  return 0
}

function authoritiesOf(app: App, { authelia }: Config): Authority[] {
  const ours = { name: 'gatehouse.yml', engine: compile(accessControlOf(app), { bypassPathOnly: true }) }
  if (authelia?.configuration === undefined) return [ours]
  const file = authelia.configuration
  // The file was checked with the configuration: its settings are there.
  const { settings } = readAutheliaFile(readFileSync(file, 'utf8'), file)
  return settings ? [ours, { name: 'Authelia', engine: compile(settings.access_control) }] : [ours]
}

/** Of the built-in portal's users file; undefined for somebody it does not have. */
function groupsOf(user: string, { portal }: Config): readonly string[] | undefined {
  if (user === '' || !portal) return []
  const { users } = readUsersFile(portal.users, readFileSync(portal.users, 'utf8'))
  return users.find(one => one.name === user && !one.disabled)?.groups
}

function noApp(host: string, { apps }: Config): string {
  const hosts = apps.flatMap(app => app.hosts)
  return `No app has the host ${host}. There are ${hosts.join(', ') || 'none'}.\n`
}
