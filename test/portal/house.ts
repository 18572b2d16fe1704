/** A portal over a small household, with its clock in our hands and its log kept. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PortalSettings } from '../../src/portal/settings.ts'
import type { AccessRule, Log, Policy } from '../../src/types.ts'

/** `alice-password` and `bob-password`, at a cost for tests. */
export const USERS = `users:
  alice:
    displayname: 'Alice Example'
    password: '$argon2id$v=19$m=32,t=1,p=1$pSPZKa4cXRBsAC037xLixQ$7IbUEGYYajEjYWj3dcs/LAo1t5sW2mj9bt63pW/wLPI'
    email: alice@example.test
    groups: [admins]
  bob:
    displayname: 'Bob Builder'
    password: '$argon2id$v=19$m=32,t=1,p=1$jmUpcZV8IotiBqTx5LiU6Q$rSBdAAzenvChA/jjEuV1UqzbGeoJtNjc2kZ4AdQr+I8'
    email: bob@example.test
  disabled:
    disabled: true
    displayname: 'Disabled User'
    password: '$argon2id$v=19$m=32,t=1,p=1$w2CfMeSzJc0yhvwZ5BUSwg$YfFXX58bPpdAZRp2+AHZZ88+sbsGd3OeMFYsYLtBR0M'
`

export interface Line {
  readonly level: string
  readonly fields: Readonly<Record<string, unknown>>
  readonly message: string
}

/** A log that can be read, and waited on. */
export function keptLog(): Log & { readonly lines: Line[]; heard(message: string): Promise<Line> } {
  const lines: Line[] = []
  const waiting: { message: string; resolve(line: Line): void }[] = []
  const write = (level: string) => (fields: object, message: string) => {
    const line = { level, fields: fields as Record<string, unknown>, message }
    lines.push(line)
    for (const one of waiting.splice(0)) {
      if (message.includes(one.message)) one.resolve(line)
      else waiting.push(one)
    }
  }
  return {
    lines,
    heard: message => new Promise(resolve => waiting.push({ message, resolve })),
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  }
}

function rule(host: string, policy: Policy, subjects: AccessRule['subjects'] = []): AccessRule {
  return {
    domains: [`${host}.example.test`],
    domainPatterns: [],
    resources: [],
    subjects,
    methods: [],
    networks: [],
    query: [],
    policy,
    label: `apps.${host}`,
  }
}

/** Settings over a folder of its own with the household's users. */
export function household(change: Partial<PortalSettings> = {}): {
  settings: PortalSettings
  folder: string
  remove(): void
} {
  const folder = mkdtempSync(join(tmpdir(), 'portal-'))
  const file = join(folder, 'users_database.yml')
  writeFileSync(file, USERS)
  const settings: PortalSettings = {
    cookies: [
      {
        domain: 'example.test',
        name: 'authelia_session',
        sameSite: 'Lax',
        portal: 'https://auth.example.test:8443',
        ports: [8443],
        inactivity: 300_000,
        expiration: 3_600_000,
        rememberMe: 2_592_000_000,
      },
    ],
    access: {
      rules: [
        rule('open', 'bypass'),
        rule('one', 'one_factor'),
        rule('two', 'two_factor'),
        rule('admin', 'one_factor', [['group:admins']]),
      ],
      fallback: 'deny',
      fallbackLabel: 'none',
    },
    bypassPathOnly: true,
    users: { file, watch: false, byEmail: false, anyCase: false },
    totp: {
      file: join(folder, 'totp.json'),
      issuer: 'example.test',
      algorithm: 'SHA1',
      digits: 6,
      period: 30,
      skew: 1,
      enrolment: 'open',
    },
    regulation: { max_retries: 3, find_time: 120_000, ban_time: 300_000 },
    ...change,
  }
  return { settings, folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
