import type { Checking } from './checking.ts'

/** `deploy`: what excludes each other, and what would be ignored. */
export function checkDeploy(checking: Checking): void {
  const { deploy, portal } = checking.file
  if (deploy === undefined) return
  const { storage, certificates, regulation, mail } = deploy
  if (storage.mysql !== undefined && storage.postgres !== undefined)
    checking.fault(
      ['deploy', 'storage', 'postgres'],
      'Authelia keeps its data in one place.',
      'mysql or postgres',
      'key',
    )
  if (regulation.find_time > regulation.ban_time) {
    checking.fault(
      ['deploy', 'regulation', 'find_time'],
      '"find_time" must not be longer than "ban_time": Authelia refuses to start.',
      'a find_time that is not longer than ban_time',
    )
  }
  if ((mail?.username === undefined) !== (mail?.password === undefined))
    checking.fault(
      ['deploy', 'mail'],
      'A user name and a password belong together.',
      'both, or neither',
      'key',
    )
  if (certificates.from === 'files') {
    for (const key of ['certificate', 'key'] as const) {
      if (certificates[key] === undefined)
        checking.fault(
          ['deploy', 'certificates'],
          `The key "${key}" is missing here.`,
          `${key}: /etc/letsencrypt/live/${checking.file.domain ?? 'example.com'}/${key === 'key' ? 'privkey' : 'fullchain'}.pem`,
          'add',
        )
    }
  } else if (certificates.certificate !== undefined || certificates.key !== undefined)
    checking.fault(
      ['deploy', 'certificates'],
      'These files are used with "from: files" alone.',
      'from: files',
      'add',
    )
  if (portal === undefined) return
  for (const key of ['mail', 'redis'] as const) {
    if (deploy[key] !== undefined)
      checking.warn(
        ['deploy', key],
        'The built-in portal has no use for this: it is for Authelia.',
        'nothing: take this key out',
        'key',
      )
  }
  if (deploy.users.ldap !== undefined)
    checking.fault(
      ['deploy', 'users', 'ldap'],
      'The built-in portal reads its users from a file, not from a directory.',
      'authelia: instead of portal:',
      'key',
    )
}
