import { randomBytes } from 'node:crypto'
import { ask } from '../lib/check.ts'
import { DOMAIN, HOST, USER } from '../lib/portal.ts'
import { CLIENT, startProvider } from '../lib/provider.ts'
import { type Contender, LeftOut } from '../lib/types.ts'

/** `name=value` of every Set-Cookie that does not clear its cookie. */
function cookies(lines: readonly string[] = []): string[] {
  return lines.map(line => line.split(';')[0] ?? '').filter(pair => /^[^=]+=./.test(pair))
}

/** A real login: to the provider, which agrees, and back. @returns the Cookie header of the session */
async function signIn(port: number): Promise<string> {
  const start = await ask(port, '/oauth2/start?rd=%2F', { Host: HOST })
  const provider = new URL(start.headers.location ?? '')
  const agreed = await ask(Number(provider.port), provider.pathname + provider.search, {
    Host: provider.host,
  })
  const back = new URL(agreed.headers.location ?? '')
  const done = await ask(port, back.pathname + back.search, {
    Host: HOST,
    Cookie: cookies(start.headers['set-cookie']).join('; '),
  })
  const session = cookies(done.headers['set-cookie']).filter(pair => pair.startsWith('_oauth2_proxy='))
  if (session.length === 0) throw new Error(`the login ended with ${done.status}: ${done.text.slice(0, 300)}`)
  return session.join('; ')
}

/** oauth2-proxy before the app, as its documents start it; its log of requests is off, as everybody's. */
export const oauth2Proxy: Contender = {
  id: 'oauth2-proxy',
  title: 'oauth2-proxy',
  what: 'oauth2-proxy as the proxy, the session in its encrypted cookie: nobody is asked after the login',
  async open(rig) {
    const { stage, cores, upstream, found } = rig
    const program = found.get('oauth2-proxy')
    if (program === undefined) throw new LeftOut('oauth2-proxy is not here, and neither is Go to build it')
    const issuer = await startProvider(stage, USER)
    const port = await stage.port()
    const options = {
      provider: 'oidc',
      'oidc-issuer-url': issuer,
      'client-id': CLIENT.id,
      'client-secret': CLIENT.secret,
      'redirect-url': `http://${HOST}/oauth2/callback`,
      'cookie-secret': randomBytes(16).toString('hex'),
      'cookie-secure': 'false',
      'cookie-domain': DOMAIN,
      'email-domain': '*',
      'http-address': `127.0.0.1:${port}`,
      upstream: `http://127.0.0.1:${upstream}`,
      'skip-provider-button': 'true',
      'request-logging': 'false',
      'auth-logging': 'false',
    }
    const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`)
    const running = stage.start(program.file, args, { core: cores.contender })
    await stage.listens(running, port)
    return {
      port,
      headers: { Host: HOST, 'X-Forwarded-Proto': 'https', Cookie: await signIn(port) },
      processes: { 'oauth2-proxy': running.pid },
      told: 'X-Forwarded-User',
    }
  },
}
