/** Hands the process to the command line; nothing else in src touches it. */
import process from 'node:process'
import { run } from './cli.ts'

// `gatehouse check | head`: whoever read has enough. A server goes on without its log's reader.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

run(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  // Opened when somebody reads it: as it is opened, Node changes how the terminal's file behaves.
  get stdin() {
    return process.stdin
  },
  uid: process.getuid?.() ?? -1,
  stdout: process.stdout,
  stderr: process.stderr,
  clock: Date.now,
  facts: { node: process.versions.node, pid: process.pid },
  onSignal: (signal, listener) => void process.on(signal, listener),
  exit: code => process.exit(code),
}).then(
  code => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
    process.exit(1)
  },
)
