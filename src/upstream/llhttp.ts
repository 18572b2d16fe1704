/**
 * llhttp, the parser that Node itself reads HTTP/1 with, in undici's WebAssembly build, and strict: every
 * leniency stays off. Undici's own client around it costs more than all else of a request (docs/adr/0008).
 */
import { createRequire } from 'node:module'

/** What llhttp tells of a message, in the order of its bytes. Spans lie in the bytes being read. */
export interface Listener {
  /** False refuses: a message that nobody has asked for. */
  begins(): boolean
  status(start: number, end: number): void
  field(start: number, end: number): void
  value(start: number, end: number): void
  /** Whether a body can follow; false for one that has none whatever its head says. */
  head(status: number, keepAlive: boolean): boolean
  body(start: number, end: number): void
  ends(): void
}

interface Llhttp {
  readonly memory: { readonly buffer: ArrayBuffer }
  malloc(bytes: number): number
  llhttp_alloc(type: number): number
  llhttp_free(parser: number): void
  llhttp_execute(parser: number, at: number, length: number): number
  llhttp_finish(parser: number): number
  llhttp_get_error_reason(parser: number): number
}

/** The parts of WebAssembly that are used; Node's types leave it to the DOM's. */
interface Wasm {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: object) => { readonly exports: Llhttp }
}

/** The most that is read at once, in bytes. */
export const READ_SIZE = 64 * 1024
const RESPONSE = 2
const REFUSED = -1
const NO_BODY = 1

let listener: Listener | undefined
/** Where the bytes lie in llhttp's memory. */
let base = 0

/** Told by llhttp while `execute` runs, for one message at a time. */
function told(): Listener {
  if (listener === undefined) throw new Error('llhttp speaks out of turn')
  return listener
}

// Written out: V8 compiles each of these for itself, and they run once for every part of a head.
const imports = {
  env: {
    wasm_on_url: () => 0,
    wasm_on_message_begin: () => (told().begins() ? 0 : REFUSED),
    wasm_on_status: (_parser: number, at: number, length: number) => {
      told().status(at - base, at - base + length)
      return 0
    },
    wasm_on_header_field: (_parser: number, at: number, length: number) => {
      told().field(at - base, at - base + length)
      return 0
    },
    wasm_on_header_value: (_parser: number, at: number, length: number) => {
      told().value(at - base, at - base + length)
      return 0
    },
    wasm_on_headers_complete: (_parser: number, status: number, _upgrade: number, keepAlive: number) =>
      told().head(status, keepAlive === 1) ? 0 : NO_BODY,
    wasm_on_body: (_parser: number, at: number, length: number) => {
      told().body(at - base, at - base + length)
      return 0
    },
    wasm_on_message_complete: () => {
      told().ends()
      return 0
    },
  },
}

function load(): Llhttp {
  const require = createRequire(import.meta.url)
  const { Module, Instance } = (globalThis as unknown as { WebAssembly: Wasm }).WebAssembly
  const code = (name: string) => new Module(require(`undici/lib/llhttp/${name}.js`) as Uint8Array)
  let module: object
  try {
    module = code('llhttp_simd-wasm')
  } catch {
    // A machine without SIMD.
    module = code('llhttp-wasm')
  }
  return new Instance(module, imports).exports
}

let loaded: Llhttp | undefined
let input = new Uint8Array(0)

function llhttp(): Llhttp {
  if (loaded === undefined) {
    loaded = load()
    base = loaded.malloc(READ_SIZE)
  }
  // llhttp's memory may have grown, and is another buffer then.
  if (input.buffer !== loaded.memory.buffer) input = new Uint8Array(loaded.memory.buffer, base, READ_SIZE)
  return loaded
}

function listen(to: Listener): void {
  if (listener !== undefined) throw new Error('llhttp is reading already')
  listener = to
}

/** One llhttp parser, for the answers on one connection. */
export class ResponseParser {
  #parser = llhttp().llhttp_alloc(RESPONSE)

  /**
   * Reads the first `length` of these bytes, READ_SIZE at most.
   * @returns what is wrong with them; undefined where nothing is
   * @throws whatever the listener throws
   */
  execute(bytes: Uint8Array, length: number, to: Listener): string | undefined {
    const parser = llhttp()
    input.set(length === bytes.length ? bytes : bytes.subarray(0, length))
    listen(to)
    try {
      return this.#fault(parser.llhttp_execute(this.#parser, base, length))
    } finally {
      listener = undefined
    }
  }

  /** The connection has ended: so does a body without length. Returns and throws as `execute` does. */
  finish(to: Listener): string | undefined {
    listen(to)
    try {
      return this.#fault(llhttp().llhttp_finish(this.#parser))
    } finally {
      listener = undefined
    }
  }

  #fault(code: number): string | undefined {
    return code === 0 ? undefined : this.#reason()
  }

  /** In llhttp's words: it keeps them as text that ends with a zero. */
  #reason(): string {
    const memory = Buffer.from(llhttp().memory.buffer)
    const at = llhttp().llhttp_get_error_reason(this.#parser)
    return at === 0 ? 'not HTTP/1.1' : memory.toString('latin1', at, memory.indexOf(0, at))
  }

  /** Gives its memory back. Not while it reads. */
  free(): void {
    if (this.#parser !== 0) llhttp().llhttp_free(this.#parser)
    this.#parser = 0
  }
}
