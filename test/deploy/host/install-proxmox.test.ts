import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { proxmoxScript } from '../../../src/deploy/host/scripts.ts'
import { type Machine, machineOf } from './machine.ts'

/** A Proxmox VE host with one container of somebody else's. */
const PROXMOX: Readonly<Record<string, string>> = {
  id: 'echo 0',
  sleep: '',
  pct: `case $1 in
list) echo "VMID Status Lock Name"; echo "100 running other"; [ ! -e "$STATE/ct-101" ] || echo "101 running gatehouse" ;;
config) [ "$2" != 100 ] || echo "hostname: other"; [ "$2" != 101 ] || [ ! -e "$STATE/ct-101" ] || echo "hostname: gatehouse" ;;
status) if [ "$2" = 100 ]; then echo "status: running"; elif [ -e "$STATE/ct-$2" ]; then echo "status: $(cat "$STATE/ct-$2")"; else exit 2; fi ;;
create) echo stopped >"$STATE/ct-$2" ;;
start) echo running >"$STATE/ct-$2" ;;
esac`,
  pvesh: 'echo 101',
  pveam: `case $1 in
list) [ ! -e "$STATE/template" ] || echo "local:vztmpl/debian-12-standard_12.7-1_amd64.tar.zst tzst 1" ;;
available) echo "system debian-11-standard_11.7-1_amd64.tar.zst"; echo "system debian-12-standard_12.7-1_amd64.tar.zst" ;;
download) touch "$STATE/template" ;;
esac`,
}

function prepare(test: Test): { machine: Machine; script: string; args: string[] } {
  const machine = machineOf(test, PROXMOX)
  const script = join(machine.folder, 'install-proxmox.sh')
  writeFileSync(script, proxmoxScript())
  writeFileSync(join(machine.folder, 'install-debian.sh'), '')
  const [house, source] = ['house', 'clone'].map(name => join(machine.folder, name)) as [string, string]
  mkdirSync(house)
  mkdirSync(join(source, 'bin'), { recursive: true })
  writeFileSync(join(house, 'gatehouse.yml'), 'domain: example.com\n')
  writeFileSync(join(source, 'bin', 'gatehouse'), '')
  return { machine, script, args: ['--house', house, '--source', source] }
}

t.test('a container is made once, unprivileged, and used ever after', async t => {
  const { machine, script, args } = prepare(t)
  const first = machine.run(script, args)
  t.equal(first.code, 0, first.said)
  const calls = machine.calls()
  t.match(
    calls.find(call => call.startsWith('pct create')),
    'pct create 101 local:vztmpl/debian-12-standard_12.7-1_amd64.tar.zst --hostname gatehouse --unprivileged 1 --features nesting=1 --ostype debian --cores 2 --memory 1024 --swap 512 --rootfs local-lvm:8 --net0 name=eth0,bridge=vmbr0,ip=dhcp --onboot 1',
  )
  t.ok(calls.includes('pct start 101'))
  const ran = calls.findIndex(call =>
    /pct exec 101 -- sh .*install-debian\.sh --house .* --source /.test(call),
  )
  t.ok(ran > 0)
  t.match(
    calls.slice(ran + 1),
    ['pct exec 101 -- rm -rf /var/lib/gatehouse-install'],
    'the secrets that were brought are gone',
  )
  t.ok(calls.filter(call => call.startsWith('pct push')).every(call => /--perms 0[67]00$/.test(call)))

  const second = machine.run(script, args)
  t.equal(second.code, 0, second.said)
  t.match(second.said, 'Using the container 101, which is there')
  t.notMatch(machine.calls().join('\n'), /pct (create|start)|pveam download/)
})

t.test('nothing is ever destroyed, nor stopped', async t => {
  t.notMatch(proxmoxScript(), /pct (destroy|stop|shutdown|rollback|restore)/)
})

t.test("another's container, and what is missing, stop it before anything is made", async t => {
  const { machine, script, args } = prepare(t)
  const table: readonly (readonly [args: string[], said: RegExp])[] = [
    [[...args, '--id', '100'], /the container 100 is "other", not "gatehouse": choose another --id/],
    [[...args, '--id', '1;x'], /--id is a number/],
    [['--house', '/nowhere', ...args.slice(2)], /--house: there is no gatehouse\.yml/],
    [args.slice(0, 2), /--source: there is no Gatehouse/],
    [['--hose', 'x'], /there is no --hose/],
  ]
  for (const [given, said] of table) {
    const run = machine.run(script, given)
    t.equal(run.code, 1, given.join(' '))
    t.match(run.said, said)
    t.notMatch(machine.calls().join('\n'), /pct (create|start|push|exec)/)
  }
})
