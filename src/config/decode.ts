import type { Fault } from './fault.ts'
import { Source } from './source.ts'

/** A configuration of more than this is a mistake: 1,000 apps take some 300 KB. */
const limit = 4 * 1024 * 1024

/**
 * Bytes of a file to text: UTF-8 with or without a byte order mark. Everything else is a fault, since a
 * guessed encoding would change what the file says.
 */
export function decode(file: string, bytes: Uint8Array): { source: Source; faults: Fault[] } {
  const empty = new Source(file, '')
  if (bytes.length > limit) {
    return {
      source: empty,
      faults: [empty.whole('This file is larger than 4 MiB, so it is hardly a configuration.')],
    }
  }
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    const message = 'This file is in UTF-16; Gatehouse reads UTF-8.'
    return { source: empty, faults: [empty.whole(message, 'save it again as "UTF-8" in your editor')] }
  }
  try {
    return { source: new Source(file, new TextDecoder('utf-8', { fatal: true }).decode(bytes)), faults: [] }
  } catch {
    const source = new Source(file, new TextDecoder('utf-8').decode(bytes))
    const offset = Math.max(0, source.text.indexOf('\ufffd'))
    const message = 'This character is not UTF-8; the file is probably in Latin-1 or Windows-1252.'
    const fault = source.fault(offset, 1, message, 'save the file again as "UTF-8" in your editor')
    return { source, faults: [fault] }
  }
}
