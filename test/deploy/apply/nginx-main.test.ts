import t from 'tap'
import { swapIncludes } from '../../../src/deploy/apply/nginx-main.ts'
import { readUnit } from '../../../src/deploy/apply/unit.ts'

const OURS = '/etc/nginx/sites-enabled/gatehouse.conf'
const swap = (text: string, gone: readonly string[] = []) =>
  swapIncludes({
    main: '/etc/nginx/nginx.conf',
    text,
    links: new Map([[OURS, '/trial/nginx/gatehouse.conf']]),
    gone: new Set(gone),
    names: () => ['default', 'old.conf', '.hidden.conf'],
  })

t.test('the trial is read in place of our link, in the order of glob(3), and all else stays', async t => {
  const cases: readonly [string, string][] = [
    [
      '  include sites-enabled/*;',
      '  include "/etc/nginx/sites-enabled/default";\n  include "/trial/nginx/gatehouse.conf";\n  include "/etc/nginx/sites-enabled/old.conf";',
    ],
    ['include /etc/nginx/sites-enabled/gatehouse.conf;', 'include "/trial/nginx/gatehouse.conf";'],
  ]
  for (const [text, wanted] of cases)
    t.strictSame(swap(`include mime.types;\n${text}\n`), {
      text: `include mime.types;\n${wanted}\n`,
      unseen: [],
    })
  t.strictSame(swap('include conf.d/*.conf;').unseen, [OURS], 'an NGINX that would never see it')
  t.strictSame(swap('# include sites-enabled/*;').unseen, [OURS], 'nor does a comment count')
  t.notMatch(swap('include sites-enabled/*;', ['/etc/nginx/sites-enabled/old.conf']).text, /old\.conf/)
})

t.test('a unit gives the command that Authelia is tested with, credentials as their files', async t => {
  const unit = readUnit(
    '[Service]\nType=simple\nLoadCredential=keys.yml:/s/keys.yml\nLoadCredential=jwt:/s/jwt\nEnvironment=A_FILE=%d/jwt "B=c d"\nExecStart=/usr/bin/authelia --config /c.yml,%d/keys.yml \\\n  --x\n[Install]\nWantedBy=multi-user.target\n',
  )
  t.strictSame(unit.command, ['/usr/bin/authelia', '--config', '/c.yml,/s/keys.yml', '--x'])
  t.strictSame(unit.environment, { A_FILE: '/s/jwt', B: 'c d' })
  t.strictSame(unit.wantedBy, ['multi-user.target'])
})
