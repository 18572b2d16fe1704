/**
 * The smallest OpenID Connect provider that oauth2-proxy accepts: one person, who is always signed in and always
 * agrees. It is asked once, before anything is timed.
 */
import { generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Stage } from './stage.ts'

export const CLIENT = { id: 'bench', secret: 'bench-secret' }

/** A JWT with RS256 (RFC 7515). */
function token(key: ReturnType<typeof generateKeyPairSync>['privateKey'], claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const body = `${part({ alg: 'RS256', typ: 'JWT', kid: 'bench' })}.${part(claims)}`
  return `${body}.${sign('sha256', Buffer.from(body), key).toString('base64url')}`
}

function json(response: ServerResponse, value: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}

/** Starts it in this process; it ends with the stage. @param user the subject and name. @returns the issuer */
export async function startProvider(stage: Stage, user: string): Promise<string> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const nonces = new Map<string, string>()
  let issuer = ''
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', issuer)
    request.resume()
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return json(response, {
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/jwks`,
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['RS256'],
        })
      case '/jwks':
        return json(response, {
          keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'bench', use: 'sig', alg: 'RS256' }],
        })
      case '/authorize': {
        const code = randomUUID()
        nonces.set(code, url.searchParams.get('nonce') ?? '')
        const back = new URL(url.searchParams.get('redirect_uri') ?? issuer)
        back.searchParams.set('code', code)
        back.searchParams.set('state', url.searchParams.get('state') ?? '')
        return void response.writeHead(302, { location: back.href }).end()
      }
      case '/token': {
        const now = Math.floor(Date.now() / 1000)
        const claims = {
          iss: issuer,
          aud: CLIENT.id,
          sub: user,
          email: `${user}@example.test`,
          email_verified: true,
          preferred_username: user,
          nonce: [...nonces.values()].at(-1),
          iat: now,
          exp: now + 7200,
        }
        return json(response, {
          access_token: randomUUID(),
          token_type: 'Bearer',
          expires_in: 7200,
          id_token: token(privateKey, claims),
        })
      }
      default:
        response.writeHead(404).end()
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  stage.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return issuer
}
