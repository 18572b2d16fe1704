/** What rendering works with. Everything here is data: only apply writes files. */
import type { Config } from '../config/model.ts'

/** The house as rendering sees it. */
export interface House {
  readonly config: Config
  /**
   * Absolute path on the target under which the rendered tree will be found: `<folder>/house/current`, a link
   * to one of `<folder>/house/releases/<n>`. Where rendered files name each other, they do it by this path.
   */
  readonly current: string
  /** The clients' digests by app; absent for a public client. Every other secret is named by its path alone. */
  readonly digest: (app: string) => string | undefined
  /** A file of this package's nginx folder, by its path below it. */
  readonly snippet: (path: string) => string
}

/** One rendered file. It holds no secret: the whole tree may be shown to others. */
export interface PlannedFile {
  /** Below the tree: `authelia/configuration.yml`, `nginx/sites/portal.conf`, `systemd/gatehouse.service`. */
  readonly path: string
  readonly content: string
  /** 0o644, or 0o755 for what is run. */
  readonly mode: number
  /** What it is, in a few words, for the list that `apply` shows. */
  readonly about: string
}

/** A link that makes another program find a rendered file; made once, and the same for every release. */
export interface PlannedLink {
  /** Absolute: `/etc/nginx/sites-enabled/gatehouse.conf`. */
  readonly path: string
  /** Below the tree. */
  readonly to: string
}

export interface Plan {
  readonly files: readonly PlannedFile[]
  readonly links: readonly PlannedLink[]
}
