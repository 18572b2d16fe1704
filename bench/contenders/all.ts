import type { Contender } from '../lib/types.ts'
import { caddyAsking, caddyGatehouse } from './caddy.ts'
import { proxyDoor } from './gatehouse.ts'
import { nginx } from './nginx.ts'
import { nginxGatehouse } from './nginx-gatehouse.ts'
import { nginxAsking } from './nginx-portal.ts'
import { oauth2Proxy } from './oauth2-proxy.ts'

/** Everyone who is measured, the measure itself first, then from what we offer to what one would have instead. */
export const CONTENDERS: readonly Contender[] = [
  nginx,
  nginxGatehouse('cached'),
  nginxGatehouse('asking'),
  proxyDoor,
  nginxAsking('portal'),
  nginxAsking('authelia'),
  oauth2Proxy,
  caddyGatehouse,
  caddyAsking('portal'),
  caddyAsking('authelia'),
]
