import t from 'tap'
import { outcome, stricter } from '../../src/authz/policy.ts'
import type { Level, Policy } from '../../src/types.ts'

t.test('outcomes', async t => {
  for (const [policy, bySubject, expected] of [
    ['bypass', false, 'allow allow allow'],
    ['one_factor', false, 'login allow allow'],
    ['two_factor', false, 'login login allow'],
    ['deny', false, 'deny deny deny'],
    ['deny', true, 'login deny deny'],
    ['one_factor', true, 'login allow allow'],
  ] as const) {
    const said = ([0, 1, 2] as Level[]).map(level =>
      outcome({ policy, bySubject, label: '', position: 0 }, level),
    )
    t.equal(said.join(' '), expected, `${policy} ${bySubject}`)
  }
})

t.test('the stricter of two policies', async t => {
  const order: readonly Policy[] = ['bypass', 'one_factor', 'two_factor', 'deny']
  order.forEach((a, i) => {
    order.forEach((b, j) => {
      t.equal(stricter(a, b), order[Math.max(i, j)], `${a} ${b}`)
    })
  })
})
