/** What the rooms that know them best have to say of the files that gatehouse.yml names. */
import { PolicyError } from '../authz/policy-error.ts'
import { looksAtNothingElse } from '../authz/policy-scope.ts'
import { readAutheliaFile } from '../config/authelia-file.ts'
import type { Finding, Inspectors } from '../config/checks/checking.ts'
import { readUsersFile } from '../portal/users-file.ts'

export const inspectors: Inspectors = {
  users({ path, text }) {
    return readUsersFile(path, text).faults.map(({ line, message, hint }) => {
      return { severity: 'fault', message: `Line ${line} of it: ${message}.`, ...(hint && { hint }) }
    })
  },
  authelia({ path, text, hosts, scope }) {
    const { settings, faults } = readAutheliaFile(text, path)
    if (settings === undefined) {
      return faults.map(({ line, message }): Finding => {
        return { severity: 'fault', message: `Line ${line} of it: ${message}` }
      })
    }
    if (scope !== 'app') return []
    const message = '"verdict_scope: app" would skip a rule: Authelia\'s rules for these apps look at paths.'
    return onlyHosts(settings.access_control, hosts) ? [] : [{ severity: 'fault', message, hint: 'request' }]
  },
}

function onlyHosts(control: Parameters<typeof looksAtNothingElse>[0], hosts: readonly string[]): boolean {
  try {
    return looksAtNothingElse(control, hosts)
  } catch (error) {
    if (error instanceof PolicyError) return false
    throw error
  }
}
