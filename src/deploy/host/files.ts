/** What the machine itself needs: units, the scripts that install them, and a compose file instead. */

import { hasNginx } from '../nginx/files.ts'
import type { House, PlannedFile, PlannedLink } from '../types.ts'
import { autheliaUnit } from './authelia-unit.ts'
import { composeFile, composeNginx } from './compose.ts'
import { gatehouseUnit } from './gatehouse-unit.ts'
import { hasAutheliaHere } from './programs.ts'
import { debianScript, proxmoxScript } from './scripts.ts'

const file = (path: string, content: string, about: string, mode = 0o644): PlannedFile => ({
  path,
  content,
  about,
  mode,
})

export function hostFiles(house: House): readonly PlannedFile[] {
  return [
    file('systemd/gatehouse.service', gatehouseUnit(house), 'how systemd runs the gateway'),
    ...(hasAutheliaHere(house.config)
      ? [file('systemd/authelia.service', autheliaUnit(house), 'how systemd runs Authelia')]
      : []),
    file('install-debian.sh', debianScript(house), 'installs the house on a Debian machine', 0o755),
    file('install-proxmox.sh', proxmoxScript(), 'makes a container for it on Proxmox VE', 0o755),
    file('compose.yml', composeFile(house), 'the house in containers, instead of all that'),
    ...(hasNginx(house) ? [file('compose/nginx.conf', composeNginx(house), 'NGINX in its container')] : []),
  ]
}

/** Where systemd looks for them; before those of a package. */
export function hostLinks({ config }: House): readonly PlannedLink[] {
  return [...(hasAutheliaHere(config) ? ['authelia'] : []), 'gatehouse'].map(name => ({
    path: `/etc/systemd/system/${name}.service`,
    to: `systemd/${name}.service`,
  }))
}
