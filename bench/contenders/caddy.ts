import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startGateway } from '../lib/gateway.ts'
import { type AuthorityName, HOST, startAuthority } from '../lib/portal.ts'
import type { Running } from '../lib/stage.ts'
import { type Contender, LeftOut, type Rig } from '../lib/types.ts'

/** As Authelia's and our documents show it; without TLS, like everybody here. */
const caddyfile = (port: number, verdicts: number, upstream: number): string => `{
  admin off
  persist_config off
  auto_https off
}
http://${HOST}:${port} {
  bind 127.0.0.1
  forward_auth 127.0.0.1:${verdicts} {
    uri /api/authz/forward-auth
    header_up X-Forwarded-Proto https
    copy_headers Remote-User Remote-Groups Remote-Name Remote-Email
  }
  reverse_proxy 127.0.0.1:${upstream}
}
`

async function startCaddy(rig: Rig, verdicts: number): Promise<{ port: number; program: Running }> {
  const { stage, cores, upstream } = rig
  const caddy = rig.found.get('caddy')
  if (caddy === undefined) throw new LeftOut('Caddy is not here, and neither is Go to build it')
  const folder = stage.folder('caddy')
  const port = await stage.port()
  const file = join(folder, 'Caddyfile')
  writeFileSync(file, caddyfile(port, verdicts, upstream))
  const program = stage.start(caddy.file, ['run', '--config', file, '--adapter', 'caddyfile'], {
    core: cores.contender,
    env: { HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
  })
  await stage.listens(program, port)
  return { port, program }
}

/** Caddy asks about every request. */
export const caddyAsking = (name: AuthorityName): Contender => ({
  id: `caddy-${name}`,
  title: `Caddy + forward_auth, ${name === 'portal' ? 'the built-in portal' : 'Authelia'}`,
  what: `Caddy asks ${name === 'portal' ? 'the built-in portal (a stand-in for Authelia)' : 'Authelia'} about every request`,
  async open(rig) {
    const authority = await startAuthority(rig, name)
    const { port, program } = await startCaddy(rig, authority.port)
    return {
      port,
      headers: { Host: HOST, 'X-Forwarded-Proto': 'https', Cookie: await authority.signIn() },
      processes: { caddy: program.pid, [name]: authority.program.pid },
      told: 'Remote-User',
    }
  },
})

/** Caddy asks Gatehouse, which keeps Authelia's verdicts. */
export const caddyGatehouse: Contender = {
  id: 'caddy-gatehouse',
  title: 'Caddy + forward_auth, Gatehouse',
  what: 'Caddy asks the forward-auth door of Gatehouse about every request',
  async open(rig) {
    const authority = await startAuthority(rig, 'portal')
    const gateway = await startGateway(rig, { authority: authority.port, door: 'forward_auth' })
    const { port, program } = await startCaddy(rig, gateway.port)
    return {
      port,
      headers: { Host: HOST, 'X-Forwarded-Proto': 'https', Cookie: await authority.signIn() },
      processes: { caddy: program.pid, gatehouse: gateway.program.pid, portal: authority.program.pid },
      told: 'Remote-User',
    }
  },
}
