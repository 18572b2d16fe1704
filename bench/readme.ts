/** Writes README's section about speed from the newest run that is kept, without running anything. */
import process from 'node:process'
import { writeReadme } from './lib/keep.ts'

if (!writeReadme()) {
  process.stderr.write('bench/results has no whole run yet: npm run bench\n')
  process.exitCode = 1
}
