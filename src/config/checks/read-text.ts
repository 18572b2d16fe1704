import type { Path } from '../fault.ts'
import { unreadable } from '../host.ts'
import type { Checking } from './checking.ts'

/** The text of a file that the configuration names, or undefined with a fault. */
export function readText(checking: Checking, path: Path, written: string): string | undefined {
  const absolute = checking.absolute(written)
  checking.files.add(absolute)
  try {
    return new TextDecoder().decode(checking.host.readFile(absolute))
  } catch (error) {
    const relative = absolute === written ? '' : ' Paths are relative to this configuration.'
    checking.fault(
      path,
      `This file ${unreadable(error)}.${relative}`,
      'the path of a file that Gatehouse may read',
    )
    return undefined
  }
}
