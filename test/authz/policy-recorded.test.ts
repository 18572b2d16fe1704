/** Authelia's own answers, forward-auth and auth-request, as observed from the running program. */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { cleanPath, compile, outcome } from '../../src/authz/policy.ts'
import { readAutheliaFile } from '../../src/config/authelia-file.ts'
import type { Level } from '../../src/types.ts'
import { ANY } from './rules.ts'

const file = new URL('recorded-rules.yml', import.meta.url).pathname
const groups: Readonly<Record<string, readonly string[]>> = {
  alice: ['admins', 'users'],
  bob: ['users'],
  dave: ['dev'],
  erin: ['sales, emea', 'admins,fake', 'größe', 'users'],
  frank: [],
}

/** Outcome, visitor and level, method, host, path and query, client address. */
const observed: readonly (readonly [string, string, string, string, string, string?])[] = [
  ['allow', 'alice:1', 'GET', 'admin.example.test', '/'],
  ['allow', 'alice:1', 'GET', 'alice.home.example.test', '/'],
  ['deny', 'alice:1', 'GET', 'deny.example.test', '/'],
  ['deny', 'alice:1', 'GET', 'nosuchrule.example.test', '/'],
  ['login', 'alice:1', 'GET', 'one.example.test', '/admin/x'],
  ['allow', 'alice:1', 'GET', 'one.example.test', '/'],
  ['allow', 'alice:1', 'GET', 'one.example.test', ''],
  ['allow', 'alice:1', 'GET', 'public.example.test', '/'],
  ['allow', 'alice:1', 'GET', 'team.example.test', '/'],
  ['login', 'alice:1', 'GET', 'two.example.test', '/'],
  ['allow', 'alice:1', 'POST', 'one.example.test', '/'],
  ['allow', 'alice:2', 'GET', 'one.example.test', '/admin/x'],
  ['allow', 'alice:2', 'GET', 'two.example.test', '/'],
  ['deny', 'bob:1', 'GET', 'admin.example.test', '/'],
  ['deny', 'bob:1', 'GET', 'alice.home.example.test', '/'],
  ['deny', 'bob:1', 'GET', 'deny.example.test', '/'],
  ['deny', 'bob:1', 'GET', 'nosuchrule.example.test', '/'],
  ['deny', 'bob:1', 'GET', 'one.example.test', '/admin/x'],
  ['allow', 'bob:1', 'GET', 'one.example.test', '/'],
  ['allow', 'bob:1', 'GET', 'public.example.test', '/'],
  ['deny', 'bob:1', 'HEAD', 'admin.example.test', '/'],
  ['deny', 'dave:1', 'GET', 'admin.example.test', '/'],
  ['deny', 'dave:1', 'GET', 'nosuchrule.example.test', '/'],
  ['allow', 'dave:1', 'GET', 'one.example.test', '/'],
  ['allow', 'dave:1', 'GET', 'public.example.test', '/'],
  ['login', 'dave:1', 'GET', 'two.example.test', '/'],
  ['deny', 'erin:1', 'GET', 'admin.example.test', '/'],
  ['allow', 'erin:1', 'GET', 'public.example.test', '/'],
  ['deny', 'frank:1', 'GET', 'admin.example.test', '/'],
  ['allow', 'frank:1', 'GET', 'one.example.test', '/'],
  ['allow', 'frank:1', 'GET', 'public.example.test', '/'],
  ['login', 'nobody', 'DELETE', 'two.example.test', '/'],
  ['login', 'nobody', 'GET', 'a.b.wild.example.test', '/'],
  ['login', 'nobody', 'GET', 'admin.example.test', '/p?a=1&b=%C3%BC'],
  ['deny', 'nobody', 'GET', 'auth.example.test', '/'],
  ['deny', 'nobody', 'GET', 'deny.example.test', '/p?a=1&b=%C3%BC'],
  ['deny', 'nobody', 'GET', 'example.test', '/'],
  ['allow', 'nobody', 'GET', 'methods.example.test', '/'],
  ['login', 'nobody', 'GET', 'net.example.test', '/'],
  ['allow', 'nobody', 'GET', 'net.example.test', '/', '10.1.2.3'],
  ['login', 'nobody', 'GET', 'net.example.test', '/', '203.0.113.9'],
  ['deny', 'nobody', 'GET', 'nosuchrule.example.test', '/p?a=1&b=%C3%BC'],
  ['deny', 'nobody', 'GET', 'one.example.test', '/%64eny'],
  ['allow', 'nobody', 'GET', 'one.example.test', '/%70ublic'],
  ['allow', 'nobody', 'GET', 'one.example.test', '/./public'],
  ['deny', 'nobody', 'GET', 'one.example.test', '//deny'],
  ['login', 'nobody', 'GET', 'one.example.test', '//evil.org/x'],
  ['allow', 'nobody', 'GET', 'one.example.test', '//public'],
  ['login', 'nobody', 'GET', 'one.example.test', '/?q=%26%3D&r=a+b'],
  ['login', 'nobody', 'GET', 'one.example.test', '/PUBLIC'],
  ['login', 'nobody', 'GET', 'one.example.test', '/a b'],
  ['login', 'nobody', 'GET', 'one.example.test', '/a%20b'],
  ['deny', 'nobody', 'GET', 'one.example.test', '/den%79/%2e/'],
  ['login', 'nobody', 'GET', 'one.example.test', '/deny/../x'],
  ['deny', 'nobody', 'GET', 'one.example.test', '/deny'],
  ['login', 'nobody', 'GET', 'one.example.test', '/p?a=1&b=%C3%BC'],
  ['allow', 'nobody', 'GET', 'one.example.test', '/public%2fx'],
  ['login', 'nobody', 'GET', 'one.example.test', '/public/%2e%2e/secret'],
  ['login', 'nobody', 'GET', 'one.example.test', '/public/../secret'],
  ['login', 'nobody', 'GET', 'one.example.test', '/public;x'],
  ['login', 'nobody', 'GET', 'one.example.test', '/publicx'],
  ['allow', 'nobody', 'GET', 'one.example.test', '/public'],
  ['login', 'nobody', 'GET', 'one.example.test', '/secret?/public'],
  ['login', 'nobody', 'GET', 'one.example.test', '/ws'],
  ['allow', 'nobody', 'GET', 'one.example.test', '/x/../public'],
  ['login', 'nobody', 'GET', 'one.example.test', '/'],
  ['login', 'nobody', 'GET', 'one.example.test', '/ä'],
  ['login', 'nobody', 'GET', 'one.example.test', ''],
  ['login', 'nobody', 'GET', 'one.other.test', '/'],
  ['allow', 'nobody', 'GET', 'public.example.test', '/p?a=1&b=%C3%BC'],
  ['allow', 'nobody', 'GET', 'public.example.test', '/'],
  ['allow', 'nobody', 'GET', 'query.example.test', '/?token=open'],
  ['login', 'nobody', 'GET', 'two.example.test', '/p?a=1&b=%C3%BC'],
  ['login', 'nobody', 'HEAD', 'two.example.test', '/'],
  ['login', 'nobody', 'OPTIONS', 'two.example.test', '/'],
  ['login', 'nobody', 'PATCH', 'two.example.test', '/'],
  ['login', 'nobody', 'POST', 'methods.example.test', '/'],
  ['login', 'nobody', 'PROPFIND', 'two.example.test', '/'],
  ['login', 'nobody', 'PUT', 'two.example.test', '/'],
]

t.test('the recorded configuration judges as Authelia did', async t => {
  const { settings, faults } = readAutheliaFile(readFileSync(file, 'utf8'), file)
  t.same(faults, [])
  if (settings === undefined) return
  const engine = compile(settings.access_control)
  for (const [expected, visitor, method, host, target, client = '203.0.113.1'] of observed) {
    const [name = '', level = '0'] = visitor.split(':')
    const subject = { user: name === 'nobody' ? '' : name, groups: groups[name] ?? [], client }
    const [path = '', ...rest] = target.split('?')
    const query = rest.length > 0 ? `?${rest.join('?')}` : ''
    const judgement = engine.judge(subject, { method, host, path, query })
    t.equal(outcome(judgement, Number(level) as Level), expected, `${visitor} ${method} ${host}${target}`)
  }
})

t.test('random rules and requests judge as Authelia’s own authorizer did', async t => {
  const golden = readFileSync(new URL('../golden/policy/authelia-4.39.20.jsonl', import.meta.url), 'utf8')
  const bytes = (text: string): string => Buffer.from(text).toString('latin1')
  const lines = golden.trim().split('\n')
  t.ok(lines.length > 300)
  for (const line of lines) {
    const { rules, fallback, user, groups, client, method, host, path, query, policy, bySubject, target } =
      JSON.parse(line)
    const full = rules.map((rule: object, index: number) => ({ ...ANY, ...rule, label: `rules[${index}]` }))
    const engine = compile({ rules: full, fallback, fallbackLabel: 'default' })
    const object = { method, host, path: bytes(path), query: bytes(query) }
    t.equal(`${cleanPath(object.path)}${query.length > 1 ? query : ''}`, target, line)
    t.match(engine.judge({ user, groups, client }, object), { policy, bySubject }, line)
  }
})
