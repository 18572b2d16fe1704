import t from 'tap'
import { planOf, type Room } from '../../src/deploy/plan.ts'
import type { PlannedFile } from '../../src/deploy/types.ts'
import { houseOf } from './houses.ts'

const YML = `domain: example.com
authelia: { url: "http://127.0.0.1:9091" }
apps: { cam: { upstream: "http://127.0.0.1:8080" } }
`
const file = (path: string): PlannedFile => ({ path, content: path, mode: 0o644, about: path })
const room = (...paths: string[]): Room => ({ files: () => paths.map(file) })

t.test('rooms in their order, the files of each by their paths', async t => {
  const plan = planOf(houseOf(t, YML), [room('n/b', 'n/a'), room('a/z')])
  t.strictSame(
    plan.files.map(({ path }) => path),
    ['n/a', 'n/b', 'a/z'],
  )
})

t.test('the same house gives the same plan', async t => {
  const house = houseOf(t, YML)
  t.strictSame(planOf(house), planOf(house))
})

t.test('links lead to what is rendered', async t => {
  const house = houseOf(t, YML)
  const linked = (to: string): Room => ({ ...room('nginx/x.conf'), links: () => [{ path: '/etc/x', to }] })
  t.strictSame(planOf(house, [linked('nginx/x.conf')]).links, [{ path: '/etc/x', to: 'nginx/x.conf' }])
  t.throws(() => planOf(house, [linked('nginx/y.conf')]), /would lead to "nginx\/y\.conf"/)
})

t.test('mistakes of a room', async t => {
  const house = houseOf(t, YML)
  t.throws(() => planOf(house, [room('a/b'), room('a/b')]), /"a\/b" is rendered twice/)
  for (const path of ['../x', '/etc/x', 'a/../../x', 'a//b', '', 'a/', '.hidden', 'a/.hidden', 'a b'])
    t.throws(() => planOf(house, [room(path)]), /is no path of a rendered tree/, path)
})
