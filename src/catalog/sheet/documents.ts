/** docs/apps: a sheet with example values for each kind, and their index. `npm run generate` writes them. */
import { exampleSheet, type Known, known } from './example.ts'
import { markdownSheet } from './markdown.ts'

const MADE = '<!-- Written by scripts/generate.ts from src/catalog: change it there. -->\n\n'

const fileOf = ({ kind, way }: Known): string => (way === 'openid' ? `${kind}.md` : `${kind}-headers.md`)

const INTRO = `# Apps

What to set in each app that the catalogue knows, with example values. With the app in your gatehouse.yml,
\`gatehouse apps show <name>\` prints the same sheet with your own addresses; \`gatehouse apps\` lists all of this in a
terminal.

An app **with OpenID Connect** logs people in by itself at Authelia: it stands below \`oidc_apps\`, and the sheet says
what to type into it. An app **with headers** is told by Gatehouse who is there: it stands below \`apps\`, and must be
reachable by nobody else. Where an app can do both, take OpenID Connect: nothing depends on who reaches its port then.

`

const row = (each: Known): string =>
  `| [${each.title}](${fileOf(each)}) | \`${each.kind}\` | ${each.checked.replaceAll('|', '\\|')} |`

const table = (title: string, rows: readonly Known[]): string =>
  [`## ${title}\n`, '| App | `kind` | Checked against |', '|---|---|---|', ...rows.map(row), ''].join('\n')

/** Every file of docs/apps, by its path in the repository. */
export function appDocuments(): ReadonlyMap<string, string> {
  const all = known()
  const by = (way: Known['way']): readonly Known[] => all.filter(each => each.way === way)
  const index = `${MADE}${INTRO}${table('With OpenID Connect', by('openid'))}\n${table('With headers', by('headers'))}`
  const sheets = all.flatMap(each => {
    const sheet = exampleSheet(each.kind, each.way)
    return sheet === undefined ? [] : [[`docs/apps/${fileOf(each)}`, MADE + markdownSheet(sheet)] as const]
  })
  return new Map([['docs/apps/README.md', index], ...sheets])
}
