import { HEADER_KINDS } from './headers/kinds.ts'
import { cloudflare } from './oidc/cloudflare.ts'
import { custom } from './oidc/custom.ts'
import { forgejo } from './oidc/forgejo.ts'
import { gitea } from './oidc/gitea.ts'
import { grafana } from './oidc/grafana.ts'
import { guacamole } from './oidc/guacamole.ts'
import { homeAssistant } from './oidc/home-assistant.ts'
import { immich } from './oidc/immich.ts'
import { jellyfin } from './oidc/jellyfin.ts'
import { jenkins } from './oidc/jenkins.ts'
import { nextcloud } from './oidc/nextcloud.ts'
import { nextcloudOidcLogin } from './oidc/nextcloud-oidc-login.ts'
import { nodeRed } from './oidc/node-red.ts'
import { paperless } from './oidc/paperless.ts'
import { portainer } from './oidc/portainer.ts'
import { proxmox } from './oidc/proxmox.ts'
import { proxmoxBackup } from './oidc/proxmox-backup.ts'
import { seafile } from './oidc/seafile.ts'
import { vaultwarden } from './oidc/vaultwarden.ts'
import type { HeaderKind, OidcEntry } from './types.ts'

/** Apps that speak OpenID Connect themselves, for `oidc_apps`. */
export const OIDC_ENTRIES: readonly OidcEntry[] = [
  nextcloud,
  nextcloudOidcLogin,
  proxmox,
  proxmoxBackup,
  portainer,
  gitea,
  forgejo,
  seafile,
  guacamole,
  cloudflare,
  grafana,
  jenkins,
  homeAssistant,
  immich,
  jellyfin,
  paperless,
  vaultwarden,
  nodeRed,
  custom,
]

/** The entry of an `oidc_apps` kind. */
export const oidcEntry = (kind: string): OidcEntry | undefined =>
  OIDC_ENTRIES.find(entry => entry.kind === kind)

/** Apps that take their user from a header, for `apps`; with their sheets they are in headers/all.ts. */
export const HEADER_ENTRIES: readonly HeaderKind[] = Object.values(HEADER_KINDS)

/** What is known of an `apps` kind. */
export const headerEntry = (kind: string): HeaderKind | undefined =>
  HEADER_ENTRIES.find(entry => entry.kind === kind)
