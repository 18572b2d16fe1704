import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import t from 'tap'
import { readUsersFile } from '../../src/portal/users-file.ts'
import { without } from '../support/programs.ts'
import { KEYS, openTerminal } from '../support/terminal.ts'
import { gatehouse, PROGRAM } from './gatehouse.ts'

t.setTimeout(120_000)

const SKIP = { skip: without('script') }

t.test(
  'asked on a terminal: a wrong answer is told at once, and what comes out passes check',
  SKIP,
  async t => {
    const folder = join(t.testdir(), 'house')
    const terminal = openTerminal(t, [process.execPath, PROGRAM, 'init', '--folder', folder], t.testdirName)
    const answer = async (question: RegExp, keys: string): Promise<void> => {
      await terminal.sees(question)
      terminal.type(keys)
    }
    await answer(/Which domain\?/, `localhost${KEYS.enter}`)
    await terminal.sees(/a domain needs two parts/)
    terminal.type('\u007f'.repeat(9))
    terminal.type(`example.com${KEYS.enter}`)
    await answer(/Where shall logins come from\?/, KEYS.enter)
    await answer(/Which apps\?/, `${KEYS.space}${KEYS.enter}`)
    await answer(/Where does .* listen\?/, '\u007f'.repeat(60))
    terminal.type(`http://127.0.0.1:8080${KEYS.enter}`)
    await answer(/Another app/, `porch${KEYS.enter}`)
    await answer(/Where does porch listen\?/, `8081${KEYS.enter}`)
    await answer(/Another app/, KEYS.enter)
    await answer(/Which mail server/, `submission://smtp.example.com${KEYS.enter}`)
    await answer(/From whom\?/, KEYS.enter)
    await answer(/Its user name\?/, `auth@example.com${KEYS.enter}`)
    await answer(/Its password\?/, `mail-secret${KEYS.enter}`)
    await answer(/Which certificate/, KEYS.enter)
    await answer(/The first user\?/, `ann${KEYS.enter}`)
    await answer(/As apps show it\?/, KEYS.enter)
    await answer(/Their mail address\?/, KEYS.enter)
    await answer(/Their password\?/, `a-long-password${KEYS.enter}`)
    await answer(/The same again\?/, `a-long-password${KEYS.enter}`)
    await answer(/Write this house/, KEYS.enter)
    await terminal.sees(/Next:\s+gatehouse check/)
    t.equal(await terminal.ended, 0)
    t.notMatch(terminal.shown(), /a-long-password|mail-secret/, 'no password is shown')

    t.equal(gatehouse(['check', '--config', join(folder, 'gatehouse.yml')]).code, 0)
    const yml = readFileSync(join(folder, 'gatehouse.yml'), 'utf8')
    t.match(yml, /porch:\n {4}upstream: http:\/\/127\.0\.0\.1:8081/)
    t.match(yml, /username: auth@example\.com\n {4}password:\n {6}file: secrets\/mail/)
    t.equal(readFileSync(join(folder, 'secrets/mail'), 'utf8'), 'mail-secret\n')
    const { users } = readUsersFile('users', readFileSync(join(folder, 'users_database.yml'), 'utf8'))
    t.match(users, [{ name: 'ann', email: 'ann@example.com', groups: ['admins'], disabled: false }])
  },
)

t.test('Ctrl-C at any question leaves nothing behind', SKIP, async t => {
  const top = t.testdir()
  const terminal = openTerminal(t, [process.execPath, PROGRAM, 'init', '--folder', join(top, 'house')], top)
  await terminal.sees(/Which domain\?/)
  terminal.type(`example.com${KEYS.enter}`)
  await terminal.sees(/Where shall logins/)
  terminal.type(KEYS.interrupt)
  await terminal.sees(/Nothing was written/)
  t.equal(await terminal.ended, 1)
  t.strictSame(readdirSync(top), [])
})

t.test('options answer their questions, and a no at the end writes nothing', SKIP, async t => {
  const top = t.testdir({ house: { 'users_database.yml': 'users: {}\n' } })
  const options = '--domain example.com --session portal --app cams=http://127.0.0.1:8080 --folder house'
  const terminal = openTerminal(t, [process.execPath, PROGRAM, 'init', ...options.split(' ')], top)
  await terminal.sees(/Which certificate/)
  terminal.type(KEYS.enter)
  await terminal.sees(/Write this house/)
  terminal.type('n')
  await terminal.sees(/Nothing was written/)
  t.equal(await terminal.ended, 1)
  t.notOk(existsSync(join(top, 'house/gatehouse.yml')))
  t.notMatch(terminal.shown(), /Which domain|first user/)
})
