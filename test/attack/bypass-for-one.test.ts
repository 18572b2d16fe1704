/** A bypass asks nobody who they are: one that is meant for a person, by a subject or by their name in the path, is open to all. */
import t from 'tap'
import { openGateway } from '../support/gateway.ts'
import { openHouse } from '../support/house.ts'

for (const rule of [
  `subject: 'user:bob'`,
  `resources: '^/home/(?P<User>\\w+)(/|$)'`,
  `resources: ['^/public/', '^/team/(?P<Group>\\w+)/']`,
  `resources: '^/home/(?<User>\\w+)/'`,
]) {
  t.test(rule, async t => {
    const apps = (policy: string) =>
      `  app: { upstream: 'http://127.0.0.1:9', rules: [{ ${rule}, policy: ${policy} }] }\n`
    await t.rejects(openGateway(t, await openHouse(t, { apps: apps('bypass') })), /asks nobody who they are/)
    await t.resolves(openGateway(t, await openHouse(t, { apps: apps('one_factor') })))
  })
}
