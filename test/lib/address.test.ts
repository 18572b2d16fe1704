import t from 'tap'
import { canonicalAddress, isLoopback, networks, rightmostUntrusted } from '../../src/lib/address.ts'

t.test('an address has one spelling', async t => {
  for (const [text, expected] of [
    ['10.0.0.1', '10.0.0.1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::FFFF:0a00:0001', '10.0.0.1'],
    ['0:0:0:0:0:ffff:10.0.0.1', '10.0.0.1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::ffff:10.0.0.1%eth0', '10.0.0.1'],
    ['::1', '::1'],
    ['::', '::'],
    ['::ffff:0:10.0.0.1', '::ffff:0:a00:1'],
    ['010.1.1.1', undefined],
    ['10.1.1', undefined],
    ['0x0a000001', undefined],
    ['167772161', undefined],
    ['10.0.0.1:80', undefined],
    ['[::1]', undefined],
    [' 10.0.0.1', undefined],
    ['unknown', undefined],
    ['', undefined],
  ] as const) {
    t.equal(canonicalAddress(text), expected, text)
  }
})

t.test('networks', async t => {
  const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    [
      '10.0.0.0/8',
      ['10.255.0.1', '::ffff:10.0.0.1', '::ffff:a00:1'],
      ['11.0.0.1', '::a00:1', 'junk', '010.0.0.1', ''],
    ],
    ['10.1.2.3', ['10.1.2.3'], ['10.1.2.4']],
    ['10.1.2.3/16', ['10.1.255.255'], ['10.2.0.0']],
    ['0.0.0.0/0', ['203.0.113.9'], ['::1', '2001:db8::1']],
    ['::/0', ['::1', '2001:db8::1'], ['203.0.113.9', '::ffff:203.0.113.9']],
    ['::ffff:10.0.0.0/104', ['10.9.9.9'], ['11.0.0.1']],
    ['fe80::/10', ['fe80::1%eth0', 'febf::1'], ['fec0::1']],
    ['2001:DB8::5', ['2001:db8:0::5'], ['2001:db8::6']],
  ]
  for (const [entry, inside, outside] of cases) {
    const list = networks([entry])
    for (const address of inside) t.equal(list.has(address), true, `${entry} has ${address}`)
    for (const address of outside) t.equal(list.has(address), false, `${entry} has not ${address}`)
  }
  t.equal(networks([]).has('10.0.0.1'), false)
  t.equal(networks(['10.0.0.0/8', '::1']).has('::1'), true)
  for (const entry of [
    'lan',
    '10.0.0.0/33',
    '::/129',
    '10.0.0.0/',
    '10.0.0.0/08',
    '10.0.0.0/8/8',
    '010.0.0.0/8',
    'fe80::1%eth0',
    '::ffff:10.0.0.0/95',
    '',
  ]) {
    t.throws(() => networks(['::1', entry]), { code: 'bad-network', entry }, entry)
  }
})

t.test('loopback', async t => {
  for (const address of ['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1', '0:0::1'])
    t.ok(isLoopback(address), address)
  for (const address of ['10.0.0.1', '::', '::2', '127.0.0.01', 'localhost', '127.', ''])
    t.notOk(isLoopback(address), address)
})

t.test('the client behind proxies', async t => {
  const trusted = networks(['127.0.0.1', '10.0.0.0/8', '::1'])
  for (const [xff, peer, expected] of [
    ['', '127.0.0.1', '127.0.0.1'],
    ['203.0.113.9', '127.0.0.1', '203.0.113.9'],
    ['203.0.113.9', '::ffff:127.0.0.1', '203.0.113.9'],
    ['1.1.1.1, 203.0.113.9', '127.0.0.1', '203.0.113.9'],
    ['1.1.1.1,203.0.113.9,10.0.0.5', '127.0.0.1', '203.0.113.9'],
    ['10.0.0.7, 10.0.0.5', '127.0.0.1', '10.0.0.7'],
    ['203.0.113.9, junk, 10.0.0.5', '127.0.0.1', ''],
    ['203.0.113.9, junk', '127.0.0.1', ''],
    ['203.0.113.9,', '127.0.0.1', ''],
    ['203.0.113.9, 010.0.0.5', '127.0.0.1', ''],
    ['203.0.113.9:4711', '127.0.0.1', ''],
    ['junk, 203.0.113.9', '127.0.0.1', '203.0.113.9'],
    ['  ::ffff:203.0.113.9\t', '127.0.0.1', '203.0.113.9'],
    ['203.0.113.9', '198.51.100.1', '198.51.100.1'],
    ['203.0.113.9', '', '203.0.113.9'],
  ] as const) {
    t.equal(rightmostUntrusted(xff, peer, trusted), expected, `${peer} says ${xff}`)
  }
})
