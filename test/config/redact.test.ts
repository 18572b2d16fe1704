import t from 'tap'
import { quote, redact } from '../../src/config/redact.ts'
import { Source } from '../../src/config/source.ts'

for (const [line, shown] of [
  ['upstream: http://127.0.0.1:8080', 'upstream: http://127.0.0.1:8080'],
  ['upstream: http://me:s3cret@10.0.0.1', 'upstream: http://***@10.0.0.1'],
  ['upstream: http://me:p@ss@10.0.0.1', 'upstream: http://***@10.0.0.1'],
  ['upstream: http://cam/?pwd=s3cret', 'upstream: http://cam/?***'],
  ['upstream: http://me:s3cret@cam/?pwd=s3cret', 'upstream: http://***@cam/?***'],
  ['password: s3cret', 'password: ***'],
  ['password:s3cret', 'password:***'],
  ["'jwt_secret' : 's3cret'", "'jwt_secret' : ***"],
  ['API-Key: s3cret # mine', 'API-Key: ***'],
  ['{ username: me, password: s3cret }', '{ username: me, password: ***'],
  ['password: { file: secrets/porch }', 'password: { file: secrets/porch }'],
  ['query: [[{ key: token, operator: present }]]', 'query: [[{ key: token, operator: present }]]'],
] as const) {
  t.equal(redact(line).text, shown, line)
}

t.test('the caret stays where it was meant, before, in and behind a secret', async t => {
  const line = 'a: http://me:s3cret@host, b: wrong'
  const { text, move } = redact(line)
  t.equal(text.slice(move(line.indexOf('wrong'))), 'wrong')
  t.equal(move(0), 0)
  t.equal(text.slice(move(line.indexOf('s3cret'))), '***@host, b: wrong')
})

t.test('a message quotes little, and nothing that moves a cursor', async t => {
  t.equal(quote('a\u001b[31mb\n'), '"a?[31mb?"')
  t.equal(quote('x'.repeat(99)).length, 62)
  t.equal(quote(5), '5')
  t.equal(quote(['a']), 'a list')
  t.equal(quote({}), 'a group of keys')
  t.equal(quote('http://me:s3cret@host'), '"http://***@host"')
})

t.test('lines and columns, whatever ends a line', async t => {
  const source = new Source('f', 'a\r\nbc\rd\n\nlast')
  for (const [offset, line, column] of [
    [0, 1, 1],
    [3, 2, 1],
    [4, 2, 2],
    [6, 3, 1],
    [8, 4, 1],
    [9, 5, 1],
    [12, 5, 4],
    [99, 5, 5],
  ] as const) {
    const fault = source.fault(offset, 1, 'm')
    t.same([fault.line, fault.column], [line, column], `offset ${offset}`)
  }
})
