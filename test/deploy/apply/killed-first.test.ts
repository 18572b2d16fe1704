import t from 'tap'
import { without } from '../../support/programs.ts'
import { killEverywhere } from './killing.ts'

t.setTimeout(300_000)

t.test('killed at every step of the first apply: no house, or all of it', { skip: without('nginx') }, t =>
  killEverywhere(t, { before: [], house: 'A', old: '-', fresh: 'A' }),
)
