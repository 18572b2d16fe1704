import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { realOutside } from '../../src/doctor/real.ts'
import { examine } from '../../src/doctor/run.ts'
import { CHECKS } from '../../src/doctor/table.ts'
import { configOf, troubles } from './house.ts'

const HOUSES = join(import.meta.dirname, '..', 'golden', 'house')
const NGINX = ['forged-headers', 'streams', 'forwarded', 'uploads', 'websocket', 'header-buffers']

/** What `nginx -T` says where a house is in place. */
function dumpOf(tree: string, current: string): string {
  const part = (name: string, text: string): string => `# configuration file ${name}:\n${text}\n\n`
  const files = readdirSync(tree, { recursive: true, encoding: 'utf8' }).filter(name =>
    name.endsWith('.conf'),
  )
  return [
    part('/etc/nginx/nginx.conf', 'http { include /etc/nginx/sites-enabled/*; }'),
    ...files.map(name =>
      part(
        name === 'gatehouse.conf' ? '/etc/nginx/sites-enabled/gatehouse.conf' : `${current}/nginx/${name}`,
        readFileSync(join(tree, name), 'utf8'),
      ),
    ),
  ].join('')
}

const houses = readdirSync(HOUSES).filter(name => existsSync(join(HOUSES, name, 'gatehouse.yml')))

for (const name of houses) {
  t.test(`the doctor finds nothing wrong in NGINX as render writes it: ${name}`, async t => {
    const config = configOf(join(HOUSES, name, 'gatehouse.yml'))
    const stdout = dumpOf(join(HOUSES, name, 'expected', 'nginx'), `${config.deploy.folder}/house/current`)
    const outside = {
      ...realOutside(Date.now, 0),
      lookup: async () => ({ failed: 'nobody is asked', code: 'ENOTFOUND' }),
      run: async () => ({ code: 0, stdout, stderr: '' }),
    }
    const checks = CHECKS.filter(({ id }) => NGINX.includes(id))
    const report = await examine(checks, { config, outside, versions: { gatehouse: '', node: '' } })
    t.strictSame(troubles(report), [])
    t.ok(report.counts.ok >= 5, 'and sites were seen')
  })
}
