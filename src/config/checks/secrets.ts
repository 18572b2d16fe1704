import type { Path } from '../fault.ts'
import { isGroup } from '../tree.ts'
import type { Checking } from './checking.ts'

const secret = /^(?:.*[_-])?(?:password|passphrase|secret|token|api_?key)$/i

/** Secrets typed into the file: backups, screenshots and help forums get to see them. */
export function checkSecrets(checking: Checking): void {
  const walk = (value: unknown, path: Path): void => {
    if (path.length > 8) return
    if (Array.isArray(value)) for (const [index, inner] of value.entries()) walk(inner, [...path, index])
    if (!isGroup(value)) return
    for (const [key, inner] of Object.entries(value)) {
      const here = [...path, key]
      if (typeof inner === 'string' && secret.test(key)) {
        checking.warn(
          here,
          'A secret stands here in the clear, for every backup and screenshot to see.',
          `${key}: { file: secrets/${key} }`,
          'key',
        )
      } else walk(inner, here)
    }
  }
  walk(checking.raw, [])
}
