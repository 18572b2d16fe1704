import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { debianScript, proxmoxScript, shellWord } from '../../../src/deploy/host/scripts.ts'
import { find, without } from '../../support/programs.ts'
import { houseOf } from '../houses.ts'

const YML = `domain: example.com
authelia: { url: "http://127.0.0.1:9091" }
apps: { cam: { upstream: "http://127.0.0.1:1" } }
secrets: "/srv/it's; rm -rf $(x)"
`

t.test('no name of gatehouse.yml is more than a word to the shell', async t => {
  for (const word of ["it's", '$(x)', '`x`', 'a b', '"', '\\', 'a\nb']) {
    const { stdout } = spawnSync('sh', ['-c', `printf %s ${shellWord(word)}`], { encoding: 'utf8' })
    t.equal(stdout, word)
  }
  const script = debianScript(houseOf(t, YML))
  t.match(script, `SECRETS='/srv/it'\\''s; rm -rf $(x)'\n`)
})

const scripts = (test: Parameters<typeof houseOf>[0]) =>
  Object.entries({
    'install-debian.sh': debianScript(houseOf(test, YML)),
    'install-proxmox.sh': proxmoxScript(),
  })

t.test('shells read them', { skip: without('bash') }, async t => {
  for (const [name, text] of scripts(t))
    for (const shell of ['sh', 'bash'])
      t.equal(spawnSync(shell, ['-n'], { input: text, encoding: 'utf8' }).stderr, '', `${shell} -n ${name}`)
})

t.test('ShellCheck has nothing to say', { skip: without('shellcheck') }, async t => {
  for (const [name, text] of scripts(t)) {
    const file = join(t.testdir(), name)
    writeFileSync(file, text)
    const { stdout } = spawnSync(find('shellcheck') ?? 'shellcheck', ['--exclude=SC2016', file], {
      encoding: 'utf8',
    })
    t.equal(stdout, '', name)
  }
})
