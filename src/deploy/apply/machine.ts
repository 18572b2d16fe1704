/** The real machine, as `apply` changes it. */
import { spawn, spawnSync } from 'node:child_process'
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Busy, type Disk, type Knock, type Outside, type Ran } from './outside.ts'

const KNOCK = 5000

export const disk: Disk = {
  mkdir: path => void mkdirSync(path, { recursive: true, mode: 0o755 }),
  write(path, content, mode) {
    const file = openSync(path, 'wx', mode)
    try {
      writeFileSync(file, content)
      fchmodSync(file, mode) // whatever the umask took away
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
  },
  sync(folder) {
    const handle = openSync(folder, 'r')
    try {
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
  },
  symlink: (to, path) => symlinkSync(to, path),
  rename: (from, to) => renameSync(from, to),
  remove: path => rmSync(path, { recursive: true, force: true }),
}

/** sbin too: it is not in every user's PATH, nor in that of a script. */
function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Ran | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env })
    let said = ''
    const hear = (text: string): void => {
      said += text
    }
    child.stdout.setEncoding('utf8').on('data', hear)
    child.stderr.setEncoding('utf8').on('data', hear)
    child.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ENOENT' ? resolve(undefined) : reject(error),
    )
    child.once('close', code => resolve({ code: code ?? -1, said }))
  })
}

/** Any certificate will do: this is about whether and what it answers, and `doctor` looks at the rest. */
async function knock(host: string, port: number): Promise<Knock> {
  const { connect } = await import('node:tls')
  return new Promise(resolve => {
    let said = ''
    const socket = connect({ host: '127.0.0.1', port, servername: host, rejectUnauthorized: false })
    const end = (answer: Knock): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(KNOCK, () => end({ fault: 'no answer in time' }))
    socket.once('error', error => end({ fault: error.message }))
    socket.once('close', () => end({ fault: 'it closed the connection' }))
    socket.once('secureConnect', () =>
      socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: gatehouse\r\nConnection: close\r\n\r\n`),
    )
    socket.setEncoding('latin1').on('data', (text: string) => {
      said += text
      const status = /^HTTP\/1\.[01] (\d{3})/.exec(said)?.[1]
      if (status !== undefined) end({ status: Number(status) })
    })
  })
}

function children(pid: number): readonly number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    return text.split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}

/**
 * flock(2), by flock(1) of util-linux, since Node has no call for it: the lock belongs to the open file, which
 * the child shares, and ends with the last process that has it open. No lock of a dead process can be left.
 */
function lock(file: string, pid: number): () => void {
  const handle = openSync(file, 'a+', 0o600)
  const { status, error } = spawnSync('flock', ['--nonblock', '3'], {
    stdio: ['ignore', 'ignore', 'ignore', handle],
  })
  if (error !== undefined || status !== 0) {
    const who = readFileSync(file, 'utf8').trim()
    closeSync(handle)
    if (error !== undefined)
      throw new Busy(`flock (util-linux) is needed and cannot be run: ${error.message}`)
    throw new Busy(`Another gatehouse apply is at work here${who === '' ? '' : ` (process ${who})`}.`)
  }
  ftruncateSync(handle)
  writeSync(handle, `${pid}\n`)
  return () => closeSync(handle)
}

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** @param who the process and its user, the environment for programs, and the clock */
export function machine(who: {
  readonly pid: number
  readonly uid: number
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock: () => number
}): Outside {
  const path = `${who.env.PATH ?? ''}:/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin`
  return {
    disk,
    run: (program, args, env = {}) => run(program, args, { PATH: path, LC_ALL: 'C.UTF-8', ...env }),
    knock,
    children,
    systemd: existsSync('/run/systemd/system'),
    mayWrite,
    uid: who.uid,
    lock: file => lock(file, who.pid),
    sleep: milliseconds => sleep(milliseconds),
    now: who.clock,
  }
}
