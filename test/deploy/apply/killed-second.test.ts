import t from 'tap'
import { without } from '../../support/programs.ts'
import { killEverywhere } from './killing.ts'

t.setTimeout(300_000)

t.test(
  'killed at every step of a change: the old house or the new one, never a mixture',
  { skip: without('nginx') },
  t => killEverywhere(t, { before: ['A'], house: 'B', old: 'A', fresh: 'B' }),
)
