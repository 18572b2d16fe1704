import { startGateway } from '../lib/gateway.ts'
import { HOST, startAuthority } from '../lib/portal.ts'
import type { Contender } from '../lib/types.ts'

/** Gatehouse as the proxy: nothing else stands before the app. */
export const proxyDoor: Contender = {
  id: 'gatehouse',
  title: 'Gatehouse, the proxy door',
  what: 'Gatehouse alone before the app, one worker, every guard on; verdicts are kept for 2 s, its default',
  async open(rig) {
    const authority = await startAuthority(rig, 'portal')
    const { port, program } = await startGateway(rig, { authority: authority.port, door: 'proxy' })
    return {
      port,
      headers: { Host: HOST, 'X-Forwarded-Proto': 'https', Cookie: await authority.signIn() },
      processes: { gatehouse: program.pid, portal: authority.program.pid },
      told: 'Remote-User',
    }
  },
}
