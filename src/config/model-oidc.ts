/** `oidc_apps` and `deploy` as the code sees them; see model.ts. */
import type { AppFacts, Client } from '../catalog/types.ts'
import type { Regulation, UpstreamAddress, UpstreamTls } from './model.ts'
import type { FileDeploy } from './schema/deploy.ts'

/** An app that speaks OpenID Connect itself. */
export interface OidcApp {
  readonly name: string
  readonly kind: string
  /** What its catalogue entry is told. */
  readonly facts: AppFacts
  /** Its client of the provider, whole. */
  readonly client: Client
  /** Lower case, without port. */
  readonly host: string
  readonly port: number
  /** Where the rendered NGINX finds it; absent: NGINX does not stand in front of it. */
  readonly upstream?: UpstreamAddress
  readonly upstream_tls?: UpstreamTls
}

/** A file with one secret, absolute. */
export interface SecretFile {
  readonly file: string
}

type Made<T> = { readonly [K in keyof T]: T[K] extends { file: string } ? SecretFile : T[K] }

/** What `render` needs beside the apps. Durations in milliseconds; paths of this machine absolute. */
export interface Deploy {
  /** Where gatehouse.yml, users and secrets stand on the target. */
  readonly folder: string
  readonly users: { readonly file: string; readonly ldap?: Made<NonNullable<FileDeploy['users']['ldap']>> }
  readonly mail?: FileDeploy['mail']
  readonly reset_password: boolean
  readonly second_factor: FileDeploy['second_factor']
  readonly password_policy: FileDeploy['password_policy']
  readonly regulation: Regulation
  readonly session: { readonly expiration: number; readonly remember_me: number }
  readonly storage: FileDeploy['storage']
  readonly redis?: FileDeploy['redis']
  /** Absolute. */
  readonly authelia_more?: string
  readonly certificates: FileDeploy['certificates']
  readonly nginx: FileDeploy['nginx']
}
