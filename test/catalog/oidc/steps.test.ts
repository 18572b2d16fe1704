import { spawnSync } from 'node:child_process'
import t from 'tap'
import { OIDC_ENTRIES } from '../../../src/catalog/catalog.ts'
import { clientFor, entryOf, exampleOf, factsOf, stepsOf, textsOf, type Wanted } from './app.ts'

/** Names that would break a file or run as a command if they were pasted as they are. */
const HOSTILE = `Mum's "VIPs"; $(touch /tmp/x) #1`
const KINDS = OIDC_ENTRIES.map(({ kind }) => kind)

/** What a shell would run: each program with its arguments. Nothing is run, and a command that it cannot read throws. */
function ran(commands: readonly string[]): string[][] {
  const script = `PATH=/nowhere; command_not_found_handle() { printf '%s\\n' "$@" --end--; }\n${commands.join('\n')}\n`
  const { stdout, stderr } = spawnSync('/bin/bash', ['-c', script], { encoding: 'utf8' })
  if (/syntax error|unexpected/.test(stderr)) throw new Error(stderr)
  return stdout
    .split('--end--\n')
    .filter(Boolean)
    .map(words => words.trimEnd().split('\n'))
}

/** Optional settings with values that are as bad as their shape allows. */
function worst(kind: string): Wanted {
  const settings = Object.entries(entryOf(kind).settings)
    .filter(([name, { choices }]) => choices === undefined && name !== 'cli' && name !== 'occ')
    .map(([name, setting]) => [
      name,
      setting.shape === undefined || setting.shape.pattern.test(HOSTILE) ? HOSTILE : exampleOf(setting),
    ])
  return {
    settings: Object.fromEntries(settings),
    groups: [HOSTILE],
    authority: '/etc/ssl/own authority.crt',
  }
}

for (const kind of KINDS)
  t.test(kind, async t => {
    for (const wanted of [{}, worst(kind)]) {
      const steps = stepsOf(kind, wanted)
      const texts = textsOf(steps)
      const { client, secret, settings } = factsOf(kind, wanted)
      t.notMatch(
        texts.join('\n').replaceAll('done(null', ''),
        /undefined|\[object|example\.com|\bnull\b/,
        'real values, and all of them',
      )
      for (const text of texts) t.equal(text.split('`').length % 2, 1, `pairs of backticks: ${text}`)
      if (!client.public) t.match(texts.join('\n'), secret, 'the secret')
      t.match(texts.join('\n'), client.client_id)
      for (const [name, value] of Object.entries(settings))
        if (value.startsWith(HOSTILE)) t.match(texts.join('\n'), /VIPs/, `${name} is used`)
      const commands = steps.flatMap(step => step.commands ?? [])
      t.strictSame(
        ran(commands).filter(([program]) => program === 'touch'),
        [],
      )
      for (const command of commands) {
        const [words = []] = ran([command])
        if (command.includes('VIPs')) t.ok(words.join(' ').includes(`Mum's "VIPs"`), command)
      }
    }
  })

t.test('the own authority is spoken of where there is one', async t => {
  for (const kind of KINDS.filter(kind => kind !== 'custom' && kind !== 'cloudflare')) {
    const about = (wanted: Wanted): boolean => textsOf(stepsOf(kind, wanted)).join().includes('gatehouse.crt')
    t.ok(about({ authority: '/usr/local/share/ca-certificates/gatehouse.crt' }), kind)
    t.notOk(about({}), kind)
  }
})

t.test('each says how to try it, and how to get back in', async t => {
  for (const kind of KINDS.filter(kind => kind !== 'custom')) {
    const titles = stepsOf(kind).map(({ title }) => title)
    t.equal(titles.at(-1), 'Try it', kind)
    t.ok(titles.includes('Keep a way back in'), kind)
  }
})

t.test('where a login starts', async t => {
  for (const kind of KINDS) {
    const path = entryOf(kind).login?.(factsOf(kind))
    t.match(path ?? '/', /^\/[\w./?=&-]*$/, kind)
    t.ok(clientFor(kind).app)
  }
})
