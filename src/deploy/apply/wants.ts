/** Units that start with the machine. */
import { dirname, join } from 'node:path'
import type { Plan, PlannedLink } from '../types.ts'
import { readUnit, unitOf } from './unit.ts'

/**
 * A plan with the links that `systemctl enable` would make (systemd.unit(5), "[Install] Section Options"). That
 * itself would follow `current` and lead to one release for ever, and it is of no use below another root.
 */
export function withWants({ files, links }: Plan): Plan {
  const wants = links.flatMap((link): readonly PlannedLink[] => {
    const unit = unitOf(link)
    const file = files.find(({ path }) => path === link.to)
    if (unit === undefined || file === undefined) return []
    return readUnit(file.content).wantedBy.map(target => ({
      path: join(dirname(link.path), `${target}.wants`, unit),
      to: link.to,
    }))
  })
  return { files, links: [...links, ...wants] }
}

/** Whether a link lies in a folder of which only the names count. */
export const isWant = (path: string): boolean => dirname(path).endsWith('.wants')
