/** An address of 64 KB costs no rule's pattern a tenth of a second, in which nobody else is served. */
import t from 'tap'
import { openGateway } from '../support/gateway.ts'
import { openHouse } from '../support/house.ts'
import { bytes, raw } from '../support/raw.ts'
import { recordingUpstream } from '../support/upstream.ts'

t.test('what rules look at is short enough for them', async t => {
  const app = await recordingUpstream(t)
  const house = await openHouse(t, {
    apps: `  ruled: { upstream: '${app.origin}', rules: [{ resources: '[.]jpg$', policy: deny }], policy: bypass }
  open: { upstream: '${app.origin}', policy: bypass }
`,
  })
  const { plainPort } = await openGateway(t, house)
  const get = async (name: string, length: number) =>
    (await raw(plainPort, bytes(`GET /${'.jpg/'.repeat(length / 5)}`, [['Host', house.at(name).host]])))
      .status
  t.equal(await get('ruled', 8_000), 200)
  t.equal(await get('ruled', 60_000), 414)
  t.equal(await get('open', 10_000), 200, 'where nobody looks, it is the app’s affair')
})
