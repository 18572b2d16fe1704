import t from 'tap'
import { without } from '../../support/programs.ts'
import { killEverywhere } from './killing.ts'

t.setTimeout(300_000)

t.test(
  'killed at every step of the way back: the house of now or the one before',
  { skip: without('nginx') },
  t => killEverywhere(t, { before: ['A', 'B'], house: 'back', old: 'B', fresh: 'A' }),
)
