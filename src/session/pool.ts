/** Undici's Pool without the rest of undici, which would be 15 MB and a fifth of a start for nothing. */
import { createRequire } from 'node:module'

type Pool = import('undici').Pool
const Pool = createRequire(import.meta.url)('undici/lib/dispatcher/pool.js') as typeof import('undici').Pool

export { Pool }
