/** Who may read the files that nobody should. */
import { dirname } from 'node:path'
import type { Config } from '../../config/model.ts'
import { type FileFacts, failed, type Seen } from '../outside.ts'
import { check, type Finding, fault, ok, type Premises, skipped, warning } from '../types.ts'

interface Looked {
  readonly path: string
  readonly facts: Seen<FileFacts>
}

interface FilesSeen {
  readonly files: readonly Looked[]
  readonly folders: readonly Looked[]
  /** Those that git keeps, or would add. */
  readonly tracked: readonly string[]
  readonly untracked: readonly string[]
  readonly uid: number
}

/** Every file with a secret in it that gatehouse.yml names, beside the folder of those that Gatehouse made. */
function named({ deploy, portal, listen }: Config): readonly string[] {
  const { users, mail, second_factor, storage, redis, certificates } = deploy
  const holders = [
    users.ldap?.password,
    mail?.password,
    second_factor.duo?.secret,
    storage.mysql?.password,
    storage.postgres?.password,
    redis?.password,
    redis?.sentinel?.password,
  ]
  const keys = listen.flatMap(listener => listener.tls?.map(({ key }) => key) ?? [])
  const files = [
    ...holders.map(holder => holder?.file),
    portal?.users ?? (users.ldap === undefined ? users.file : undefined),
    portal?.totp,
    certificates.key,
    ...keys,
  ]
  return files.filter(file => file !== undefined)
}

/** Certificates are for everybody; all else in the folder is not. */
const isSecret = (path: string): boolean => !/\/certificates\/[^/]*\.(pem|crt)$/.test(path)

async function git(premises: Premises, folder: string, args: readonly string[]): Promise<readonly string[]> {
  const ran = await premises.outside.run('git', ['-C', folder, 'ls-files', '-z', ...args])
  return failed(ran) || ran.code !== 0
    ? []
    : ran.stdout.split('\0').filter(name => name !== '' && isSecret(`/${name}`))
}

async function probe(premises: Premises): Promise<FilesSeen> {
  const { config, outside } = premises
  const below = await outside.below(config.secrets)
  const look = async (path: string): Promise<Looked> => ({ path, facts: await outside.facts(path) })
  const all = await Promise.all([...new Set([...named(config), ...(failed(below) ? [] : below)])].map(look))
  const files = all.filter(({ path, facts }) => isSecret(path) && (failed(facts) || facts.kind === 'file'))
  const parents = new Set([config.secrets, ...files.map(({ path }) => dirname(path))])
  const folders = await Promise.all([...parents].map(look))
  const [tracked, untracked] = await Promise.all([
    git(premises, config.secrets, []),
    git(premises, config.secrets, ['--others', '--exclude-standard']),
  ])
  return { files, folders, tracked, untracked, uid: outside.uid }
}

const octal = (mode: number): string => mode.toString(8).padStart(4, '0')

function judgeFile({ path, facts }: Looked, uid: number): Finding[] {
  if (failed(facts))
    return facts.code === 'ENOENT' ? [] : [skipped(`It cannot be looked at: ${facts.failed}.`, path)]
  const { mode } = facts
  if ((mode & 0o007) !== 0)
    return [
      fault(path, {
        saw: `Every user of this machine may ${(mode & 0o002) !== 0 ? 'change' : 'read'} ${path} (mode ${octal(mode)}).`,
        why: 'Any program that runs here, a web app with a hole too, can take what is in it.',
        do: `chmod 600 ${path}; if strangers had accounts here, renew the secret.`,
      }),
    ]
  if ((mode & 0o020) !== 0)
    return [
      fault(path, {
        saw: `The group of ${path} may change it (mode ${octal(mode)}).`,
        why: 'Whoever is in that group can put a secret or a password of their own there.',
        do: `chmod 600 ${path}, or 640 where a service's group must read it.`,
      }),
    ]
  if (facts.uid !== 0 && facts.uid !== uid && uid !== 0)
    return [
      warning(path, {
        saw: `${path} belongs to user ${facts.uid}, and gatehouse runs as ${uid} here.`,
        why: 'Its owner can read and change it.',
        do: `chown root ${path}, if that user is not the service that needs it.`,
      }),
    ]
  return []
}

function judgeFolder({ path, facts }: Looked): Finding[] {
  if (failed(facts) || (facts.mode & 0o022) === 0) return []
  if ((facts.mode & 0o1000) !== 0) return []
  return [
    fault(path, {
      saw: `Others than its owner may add and replace files in ${path} (mode ${octal(facts.mode)}).`,
      why: 'Whoever may replace a file needs no right to read it: they put one of their own there.',
      do: `chmod 700 ${path}`,
    }),
  ]
}

function judge(seen: FilesSeen): Finding[] {
  const { files, folders, tracked, untracked, uid } = seen
  const found = [...files.flatMap(one => judgeFile(one, uid)), ...folders.flatMap(judgeFolder)]
  if (tracked.length > 0)
    found.push(
      fault('', {
        saw: `git keeps ${tracked.length} secret files, ${tracked[0] ?? ''} among them.`,
        why: 'Every copy of the repository has them, and its history keeps them when they are removed.',
        do: 'git rm --cached them, add the folder to .gitignore, and renew the secrets: they are out.',
      }),
    )
  else if (untracked.length > 0)
    found.push(
      warning('', {
        saw: `The secrets stand in a git repository that does not ignore them (${untracked[0] ?? ''}).`,
        why: 'The next "git add ." takes them along.',
        do: 'Add the folder to .gitignore.',
      }),
    )
  if (found.length > 0) return found
  const there = files.filter(({ facts }) => !failed(facts)).length
  return [
    there === 0
      ? skipped('There are no secret files yet: gatehouse secret make makes them.')
      : ok('', `${there} files, for their owner alone`),
  ]
}

export const secretFiles = check({
  id: 'secret-files',
  title: 'nobody but their owner reads the secrets',
  probe,
  judge,
})
