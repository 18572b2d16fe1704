import t from 'tap'
import { type LogOptions, openLog } from '../../src/server/logs.ts'

const NOON = Date.UTC(2026, 10, 24, 12)

function lines(options: Partial<LogOptions>, use: (log: ReturnType<typeof openLog>) => void): string[] {
  const written: string[] = []
  const write = (line: string) => void written.push(line)
  use(openLog({ format: 'json', level: 'info', colour: false, clock: () => NOON, write, ...options }))
  return written
}

t.test('JSON, one object a line', async t => {
  const [first, ...rest] = lines({}, log => {
    log.debug({}, 'not at this level')
    log.info({ address: 'http://127.0.0.1:9080', id: 'a-1' }, 'listening')
    log.error({ error: new TypeError('oh') }, 'failed')
  })
  t.strictSame(JSON.parse(first ?? ''), {
    level: 'info',
    time: '2026-11-24T12:00:00.000Z',
    address: 'http://127.0.0.1:9080',
    id: 'a-1',
    msg: 'listening',
  })
  t.match(
    rest.map(line => JSON.parse(line)),
    [{ level: 'error', error: /^TypeError: oh\n/ }],
  )
})

t.test('text for a person', async t => {
  const [line] = lines({ format: 'text' }, log =>
    log.warn({ app: 'cams', detail: 'two words', n: 3, list: ['a'] }, 'slow'),
  )
  t.match(line, /^\d\d:\d\d:\d\d warn {2}slow {2}app=cams {2}detail="two words" {2}n=3 {2}list=\["a"\]\n$/)
  t.strictSame(
    lines({ format: 'text', level: 'error' }, log => log.warn({}, 'no')),
    [],
  )
  t.match(lines({ format: 'text', colour: true }, log => log.warn({}, 'x'))[0], /\u001b\[33mwarn/)
  const [hostile] = lines({ format: 'text' }, log =>
    log.info({ user: 'a\u001b]0;x\u0007\nb\u009b1m' }, 'x\ny'),
  )
  t.notMatch(
    hostile?.slice(0, -1),
    /[\u0000-\u001f\u007f-\u009f]/,
    'what came from outside cannot steer the terminal',
  )
})

t.test('no secret in either form, at the top or one level down', async t => {
  const secrets = [
    'authorization',
    'proxy-authorization',
    'cookie',
    'set-cookie',
    'password',
    'token',
    'secret',
    'session',
  ]
  for (const format of ['json', 'text'] as const) {
    for (const name of secrets) {
      const [line] = lines({ format }, log =>
        log.info({ [name]: 's3cret', headers: { [name]: 's3cret' } }, 'x'),
      )
      t.notMatch(line, /s3cret/, `${format}: ${name}`)
      t.match(line, /\[hidden\].*\[hidden\]/)
    }
  }
})
