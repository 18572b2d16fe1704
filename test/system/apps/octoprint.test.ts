import { spawnSync } from 'node:child_process'
import { dirname } from 'node:path'
import t from 'tap'
import { findApp } from '../../../scripts/apps.ts'
import type { Browser } from '../../../src/demo/browser.ts'
import { answers, openAppHome } from '../../support/header-app.ts'
import { start } from '../../support/programs.ts'

interface Who {
  readonly name: string | null
  readonly groups: readonly string[]
}

const program = findApp('octoprint')
const skip = program === undefined && 'no OctoPrint on this machine'

t.test('OctoPrint, set as its sheet says', { skip, timeout: 110_000 }, async t => {
  const home = await openAppHome(t, 'octoprint')
  const folder = dirname(home.write('~/.octoprint/config.yaml'))
  // What its wizard asks for on the first start, by its own command.
  const made = spawnSync(
    program ?? '',
    ['--basedir', folder, 'user', 'add', 'keeper', '--password', 'keeper-password', '--admin'],
    { encoding: 'utf8' },
  )
  t.equal(made.status, 0, made.stderr)
  // It refuses to run as root, as the tests may, without being told twice.
  start(t, program ?? '', ['serve', '--basedir', folder, '--iknowwhatimdoing'])
  await Promise.all([answers(home.port, '/api/version'), home.serve()])

  const at = home.house.at('box', '/api/currentuser')
  const asked = async (browser: Browser, headers: Record<string, string> = {}): Promise<Who> =>
    JSON.parse((await browser.ask(at, { headers })).text) as Who

  await t.test(
    'the user of the gateway is the user of OctoPrint, with the groups that are mapped',
    async t => {
      const bob = await asked(await home.signedIn('bob'))
      t.match(bob, { name: 'bob' })
      t.ok(bob.groups.includes('users'), 'family is mapped to users')
      t.notOk(bob.groups.includes('admins'))
      const alice = await asked(await home.signedIn('alice'))
      t.match(alice, { name: 'alice' })
      t.ok(alice.groups.includes('admins'))
    },
  )

  await t.test('a header from outside changes nothing, however spelled', async t => {
    const browser = await home.signedIn('bob')
    for (const name of ['Remote-User', 'remote_user', 'REMOTE-USER']) {
      const bob = await asked(browser, {
        [name]: 'keeper',
        'Remote-Groups': 'admins',
        Remote_Groups: 'admins',
      })
      t.equal(bob.name, 'bob', name)
      t.notOk(bob.groups.includes('admins'), name)
      const stranger = await home
        .stranger()
        .ask(at, { headers: { [name]: 'keeper', accept: 'application/json' } })
      t.not(stranger.status, 200, name)
    }
  })

  await t.test('on its own port the header makes anyone: so nobody else may reach it', async t => {
    const direct = await fetch(`http://127.0.0.1:${home.port}/api/currentuser`, {
      headers: { 'remote-user': 'keeper' },
    })
    t.match(await direct.json(), { name: 'keeper' })
  })
})
