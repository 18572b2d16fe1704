/**
 * One thread for sha-crypt digests: the package computes them in JavaScript, and 50,000 rounds on the
 * event loop would stop every request. The thread starts with the first such login and never holds the
 * process open.
 */
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { verify } from 'unixcrypt'

interface Task {
  readonly id: number
  readonly password: string
  readonly encoded: string
}
interface Done {
  readonly id: number
  readonly same: boolean
}
interface Waiting {
  resolve(same: boolean): void
  reject(error: Error): void
}

if (!isMainThread && parentPort !== null) {
  const port = parentPort
  port.on('message', (task: Task) => {
    port.postMessage({ id: task.id, same: verify(task.password, task.encoded) } satisfies Done)
  })
}

const waiting = new Map<number, Waiting>()
let worker: Worker | undefined
let next = 0

function start(): Worker {
  const thread = new Worker(new URL(import.meta.url))
  thread.on('message', (done: Done) => {
    const one = waiting.get(done.id)
    waiting.delete(done.id)
    if (waiting.size === 0) thread.unref()
    one?.resolve(done.same)
  })
  // A thread that dies answers nobody: each that waits gets an error, which is a refusal.
  const fail = (error: Error) => {
    worker = undefined
    for (const one of waiting.values()) one.reject(error)
    waiting.clear()
  }
  thread.on('error', fail)
  thread.on('exit', () => fail(new Error('the digest thread ended')))
  return thread
}

/** Whether the password has that sha-crypt digest. Rejects when the thread fails. */
export function verifyInWorker(password: string, encoded: string): Promise<boolean> {
  worker ??= start()
  const thread = worker
  thread.ref()
  const id = next++
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject })
    thread.postMessage({ id, password, encoded } satisfies Task)
  })
}
