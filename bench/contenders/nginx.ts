import { pool, startNginx, TO_APP } from '../lib/nginx.ts'
import { HOST } from '../lib/portal.ts'
import type { Contender } from '../lib/types.ts'

/** The measure of all: what the web server that is there anyway costs. */
export const nginx: Contender = {
  id: 'nginx',
  title: 'NGINX, nothing checked',
  what: 'one worker that proxies the page and asks nobody: 1.00 by definition',
  async open(rig) {
    const { port, program } = await startNginx(rig, {
      name: 'nginx',
      core: rig.cores.contender,
      http: own => `${pool('app', rig.upstream)}
  server { listen 127.0.0.1:${own}; location / { ${TO_APP} } }`,
    })
    return {
      port,
      headers: { Host: HOST, 'X-Forwarded-Proto': 'https' },
      processes: { nginx: program.pid },
      told: undefined,
    }
  },
}
