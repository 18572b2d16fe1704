import type { OidcEntry } from '../types.ts'
import { type Forge, forgeClient, forgeLogin, forgeSettings, forgeSteps } from './gitea.ts'

const forge: Forge = { program: 'forgejo', title: 'Forgejo', pkce: 'S256', username: 'nickname' }

export const forgejo: OidcEntry = {
  kind: 'forgejo',
  title: 'Forgejo',
  checked: {
    version: 'Forgejo 13.0',
    on: '2026-11-24',
    sources: [
      'https://forgejo.org/docs/latest/user/oauth2-provider/',
      'https://www.authelia.com/integration/openid-connect/clients/forgejo/',
    ],
  },
  settings: forgeSettings(forge),
  client: facts => forgeClient(facts, forge),
  login: forgeLogin,
  steps: facts => forgeSteps(facts, forge),
}
