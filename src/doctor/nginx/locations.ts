/** Every place of a configuration that passes requests on, with all that holds there, inherited or its own. */
import type { Directive } from './directives.ts'

export interface Location {
  /** The server's names, in lower case; empty where it has none. */
  readonly names: readonly string[]
  /** `/`, `~ \.php$`, `@refusal`. */
  readonly path: string
  /** Internal ones are not reached from outside. */
  readonly internal: boolean
  /** Where it passes to: `127.0.0.1:8080`, `unix:/run/x.sock`; several for an upstream with several servers. */
  readonly targets: readonly string[]
  readonly https: boolean
  readonly file: string
  readonly line: number
  /** The arguments of the directive as it holds here; undefined where it is written nowhere. */
  directive(name: string): readonly string[] | undefined
  /** The values of `proxy_set_header NAME`, as they hold here. */
  sets(header: string): readonly string[]
}

/** From the inside out. */
type Scopes = readonly (readonly Directive[])[]

const PASSES = new Set(['proxy_pass', 'fastcgi_pass', 'uwsgi_pass', 'scgi_pass', 'grpc_pass'])

/** Directives that hold together: one of them in a block makes all of the outer ones void. */
function nearest(scopes: Scopes, name: string): readonly Directive[] {
  for (const scope of scopes) {
    const found = scope.filter(directive => directive.name === name)
    if (found.length > 0) return found
  }
  return []
}

/** `$name` replaced by what a `set $name …;` around it says; a variable that remains leads nowhere known. */
function resolved(text: string, scopes: Scopes): string {
  return text.replaceAll(/\$\{?(\w+)\}?/g, (whole, name: string) => {
    const said = scopes.flatMap(scope =>
      scope.filter(one => one.name === 'set' && one.args[0] === `$${name}`),
    )
    return said[0]?.args[1] ?? whole
  })
}

/** One spelling for each way to say an address: loopback by name or IPv6 is 127.0.0.1. */
export function targetOf(host: string, port: number): string {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase()
  return `${/^(localhost|::1|0\.0\.0\.0|::|\*)$/.test(bare) ? '127.0.0.1' : bare}:${port}`
}

function targetsOf(pass: string, upstreams: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const [, scheme = 'http', rest = pass] = /^([a-z]+):\/\/(.*)$/.exec(pass) ?? []
  if (rest.startsWith('unix:')) return [rest.replace(/^unix:([^:]*).*$/, 'unix:$1')]
  const authority = rest.replace(/\/.*$/, '')
  const servers = upstreams.get(authority) ?? [authority]
  return servers.map(server => {
    if (server.startsWith('unix:')) return server
    const [, host = '', port] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(server) ?? []
    return targetOf(host, Number(port ?? (scheme === 'https' || scheme === 'grpcs' ? 443 : 80)))
  })
}

function locationOf(
  pass: Directive,
  scopes: Scopes,
  where: { readonly path: string; readonly server: readonly Directive[]; readonly at: Directive },
  upstreams: ReadonlyMap<string, readonly string[]>,
): Location {
  const { path, server, at } = where
  const address = resolved(pass.args[0] ?? '', scopes)
  const names = server.filter(one => one.name === 'server_name').flatMap(one => one.args)
  return {
    names: names.map(name => name.toLowerCase()),
    path,
    internal: path.startsWith('@') || scopes[0]?.some(one => one.name === 'internal') === true,
    targets: targetsOf(address, upstreams),
    https: /^(https|grpcs):/.test(address),
    file: at.file,
    line: at.line,
    directive: name => nearest(scopes, name).at(-1)?.args,
    sets: header =>
      nearest(scopes, 'proxy_set_header')
        .filter(({ args }) => args[0]?.toLowerCase() === header.toLowerCase())
        .map(({ args }) => args[1] ?? ''),
  }
}

/** @param tree the whole configuration, includes resolved */
export function locations(tree: readonly Directive[]): readonly Location[] {
  const http = tree.filter(one => one.name === 'http').flatMap(one => one.block ?? [])
  const upstreams = new Map(
    http
      .filter(one => one.name === 'upstream')
      .map(({ args, block = [] }) => [
        args[0] ?? '',
        block.filter(one => one.name === 'server').map(one => one.args[0] ?? ''),
      ]),
  )
  const found: Location[] = []
  const walk = (
    block: readonly Directive[],
    outer: Scopes,
    path: string,
    at: Directive,
    server: readonly Directive[],
  ) => {
    const scopes = [block, ...outer]
    for (const directive of block) {
      if (PASSES.has(directive.name))
        found.push(locationOf(directive, scopes, { path, server, at }, upstreams))
      if (directive.block === undefined) continue
      if (directive.name === 'location')
        walk(directive.block, scopes, directive.args.join(' '), directive, server)
      else if (/^(if|limit_except)$/.test(directive.name))
        walk(directive.block, scopes, path, directive, server)
    }
  }
  for (const server of http.filter(one => one.name === 'server'))
    walk(server.block ?? [], [http], '', server, server.block ?? [])
  return found
}

/** Whether a server's names mean a host: exactly, by a star, or by a pattern that cannot be told from here. */
export function meansHost(names: readonly string[], host: string): boolean {
  return names.some(name => {
    if (name.startsWith('~')) return false
    if (name.startsWith('*.')) return host.endsWith(name.slice(1))
    if (name.startsWith('.')) return host === name.slice(1) || host.endsWith(name)
    return name === host
  })
}
