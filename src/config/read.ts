import { dirname, resolve } from 'node:path'
import { checks, ownChecks } from './checks/all.ts'
import { type Checking, collector, type Inspectors } from './checks/checking.ts'
import { checkSecrets } from './checks/secrets.ts'
import { decode } from './decode.ts'
import { explain } from './explain.ts'
import type { Fault, Path, Problem } from './fault.ts'
import { type ReadingHost, unreadable } from './host.ts'
import type { Config } from './model.ts'
import { resolveConfig } from './resolve.ts'
import { salvage } from './salvage.ts'
import { file as schema } from './schema/file.ts'
import { Source } from './source.ts'
import { related } from './tree.ts'
import { locate } from './yaml/locate.ts'
import { type Parsed, parseYaml } from './yaml/parse.ts'

export interface Reading {
  /** Set when there are no faults. */
  readonly config?: Config
  /** In the order of the file. */
  readonly faults: readonly Fault[]
  readonly warnings: readonly Fault[]
  /** The configuration and every file that it names, absolute: what to watch. Also where there are faults. */
  readonly files: readonly string[]
}

/** Where the configuration is looked for when nobody says, in this order. */
export const defaultPaths: readonly string[] = ['./gatehouse.yml', '/etc/gatehouse/gatehouse.yml']

const byPlace = (one: Fault, other: Fault): number => one.line - other.line || one.column - other.column

function toFaults(problems: readonly Problem[], parsed: Parsed, source: Source): Fault[] {
  return problems.map(({ path, message, hint, atKey, adds }) => {
    const { offset, length } = locate(parsed.document, path, atKey)
    return source.fault(offset, length, message, hint, adds)
  })
}

/**
 * Reads and checks a configuration and finds all its faults at once. Nothing is started or changed.
 * @param file as the person named it, relative to `host.cwd` or absolute; faults show it so.
 * @param inspect what other rooms have to say of the files that the configuration names.
 */
export function readConfig(file: string, host: ReadingHost, inspect: Inspectors = {}): Reading {
  return read(file, host, inspect, checks)
}

/**
 * The same without the files that the configuration names, for the commands that make these: users and secrets.
 * What they find wrong is in gatehouse.yml itself.
 */
export function readConfigAlone(file: string, host: ReadingHost): Reading {
  return read(file, host, {}, ownChecks)
}

function read(file: string, host: ReadingHost, inspect: Inspectors, which: typeof checks): Reading {
  const path = resolve(host.cwd, file)
  let bytes: Uint8Array
  try {
    bytes = host.readFile(path)
  } catch (error) {
    const fault = new Source(file, '').whole(
      `This file ${unreadable(error)}.`,
      'gatehouse --config and the path of your gatehouse.yml',
    )
    return { faults: [fault], warnings: [], files: [path] }
  }
  const { source, faults } = decode(file, bytes)
  if (faults.length > 0) return { faults, warnings: [], files: [path] }
  const parsed = parseYaml(source)
  if (parsed.value === undefined) return { faults: parsed.faults, warnings: [], files: [path] }
  if (parsed.value === null) {
    const hint = 'domain, authelia or portal, and apps: see config/gatehouse.example.yml'
    return {
      faults: [source.whole('This file is empty, or all of it is commented out.', hint)],
      warnings: [],
      files: [path],
    }
  }
  return judge(path, parsed, source, host, inspect, which)
}

function judge(
  path: string,
  parsed: Parsed,
  source: Source,
  host: ReadingHost,
  inspect: Inspectors,
  which: typeof checks,
): Reading {
  const result = schema.safeParse(parsed.value)
  const data = result.data && { ...result.data, secrets: host.secrets ?? result.data.secrets }
  const shape = result.success ? [] : explain(result.error.issues, parsed.value)
  const found: Problem[] = []
  const warned: Problem[] = []
  const absolute = (written: string): string => resolve(dirname(path), written)
  const checking: Checking = {
    file: data ?? salvage(parsed.value),
    raw: parsed.value,
    host,
    absolute,
    inspect,
    files: new Set([path]),
    fault: collector(found),
    warn: collector(warned),
  }
  for (const check of which) check(checking)
  // What is wrong in itself is said once: no second word on what surrounds it or stands in it.
  const more = found.filter(
    ({ path: at }) => at.length === 0 || !shape.some(known => related(known.path, at)),
  )
  const broken = new Set(parsed.faults.map(fault => fault.line))
  const placed = toFaults([...shape, ...more], parsed, source).filter(fault => !broken.has(fault.line))
  const faults = [...parsed.faults, ...placed].sort(byPlace)
  // Nor is there a warning beside a fault: what was cut out there may be what it misses.
  const quiet = (at: Path): boolean => shape.some(known => related(known.path, at.slice(0, -1)))
  const heard = warned.filter(({ path: at }) => !quiet(at))
  const secrets: Problem[] = []
  checkSecrets({ ...checking, warn: collector(secrets) })
  const warnings = toFaults([...heard, ...secrets], parsed, source).sort(byPlace)
  const files = [...checking.files]
  if (faults.length > 0 || data === undefined) return { faults, warnings, files }
  return { config: resolveConfig(data, path, absolute), faults, warnings, files }
}
