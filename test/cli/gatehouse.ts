/** The real program as a child process, and an app behind it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer, get, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Test } from 'tap'

export const PROGRAM = join(import.meta.dirname, '..', '..', 'bin', 'gatehouse')

/** An older Node of this machine, which bin/gatehouse must leave for Node 24. */
export const OLD = ['/usr/bin/node', '/usr/local/bin/node'].find(path => {
  const version = () => spawnSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8' }).stdout
  return existsSync(path) && Number(version().split('.')[0]) < 24
})

/** Runs a command to its end. */
export function gatehouse(args: readonly string[], options: { cwd?: string; node?: string } = {}) {
  const env = { ...process.env, NO_COLOR: '1' }
  const run = spawnSync(options.node ?? process.execPath, [PROGRAM, ...args], {
    encoding: 'utf8',
    timeout: 60_000,
    env,
    ...(options.cwd !== undefined && { cwd: options.cwd }),
  })
  return { code: run.status, signal: run.signal, stdout: run.stdout, stderr: run.stderr }
}

export interface Line {
  readonly level: string
  readonly msg: string
  readonly [field: string]: unknown
}

export interface Running {
  readonly child: ChildProcess
  readonly lines: Line[]
  /** The next log line with this message that nobody has waited for yet. Fails when the process ends first. */
  line(msg: string): Promise<Line>
  readonly stderr: () => string
  readonly exit: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

/** Starts `gatehouse serve`; it ends with the test at the latest. */
export function serve(t: Test, file: string, node = process.execPath): Running {
  const child = spawn(node, [PROGRAM, 'serve', '--config', file], { stdio: ['ignore', 'pipe', 'pipe'] })
  const lines: Line[] = []
  const unheard: Line[] = []
  const waiting = new Set<() => void>()
  let rest = ''
  let stderr = ''
  let over = false
  const wake = () => {
    for (const one of [...waiting]) one()
  }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n')
    rest = parts.pop() ?? ''
    const fresh = parts.map(part => JSON.parse(part) as Line)
    lines.push(...fresh)
    unheard.push(...fresh)
    wake()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const exit = once(child, 'close').then(([code, signal]) => {
    over = true
    wake()
    return { code: code as number | null, signal: signal as NodeJS.Signals | null }
  })
  t.teardown(async () => {
    if (!over) child.kill('SIGKILL')
    await exit
  })
  return {
    child,
    lines,
    exit,
    stderr: () => stderr,
    line(msg) {
      return new Promise((resolve, reject) => {
        const look = () => {
          const at = unheard.findIndex(line => line.msg === msg)
          if (at < 0 && !over) return
          waiting.delete(look)
          const [found] = at < 0 ? [] : unheard.splice(at, 1)
          if (found) resolve(found)
          else reject(new Error(`ended without "${msg}": ${stderr}${JSON.stringify(lines)}`))
        }
        waiting.add(look)
        look()
      })
    },
  }
}

/** An app on a port of its own. */
export async function app(t: Test, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** An app that says "here", and whose `/slow` ends when it is let to. */
export async function slowApp(t: Test): Promise<{ url: string; release(): void }> {
  let release = () => {}
  const url = await app(t, (req, res) => {
    if (req.url !== '/slow') return void res.end('here')
    res.write('begun ')
    release = () => res.end('ended')
  })
  return { url, release: () => release() }
}

/** Asks the first app for `/slow`, and comes back with the answer that has begun. */
export async function askSlowly(port: number): Promise<IncomingMessage> {
  const headers = { host: 'one.example.com' }
  const req = get({ host: '127.0.0.1', port, path: '/slow', headers, agent: false })
  req.on('error', () => {})
  const [slow] = (await once(req, 'response')) as [IncomingMessage]
  return slow
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

export interface Answer {
  readonly status: number
  readonly text: string
}

/** Asks for a page of a host, by TCP port or unix socket, on a connection of its own. */
export async function ask(
  where: { port: number } | { socketPath: string },
  host: string,
  path = '/',
): Promise<Answer> {
  const req = get({ host: '127.0.0.1', ...where, path, headers: { host }, agent: false })
  const [res] = (await once(req, 'response')) as [IncomingMessage]
  return { status: res.statusCode ?? 0, text: await textOf(res) }
}

export async function textOf(res: IncomingMessage): Promise<string> {
  let text = ''
  for await (const part of res.setEncoding('utf8')) text += part
  return text
}
