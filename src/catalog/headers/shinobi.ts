import type { HeaderEntry } from '../types.ts'
import { listenHost, listenPort, onlyHere, ownKeys } from './facts.ts'
import { HEADER_KINDS } from './kinds.ts'

/** Shinobi: a recorder for cameras. It reads no header: the gate stands before its own login. */
export const shinobi: HeaderEntry = {
  ...HEADER_KINDS.shinobi,
  checked: {
    version: 'the source of Shinobi CE as of 2020-09-07',
    on: '2026-11-24',
    sources: ['https://github.com/ShinobiCCTV/Shinobi/blob/master/camera.js'],
    unsure:
      'Shinobi Pro, whose source is kept elsewhere, could not be read. No document that was found names a header which either of them takes a user from.',
  },
  steps: facts => [
    {
      title: 'Let it listen on this machine alone',
      text: 'Set these two in the file that is there.',
      file: {
        path: '/home/Shinobi/conf.json',
        language: 'json',
        content: `{
  "ip": "${listenHost(facts)}",
  "port": ${listenPort(facts, 8080)}
}
`,
      },
      commands: ['pm2 restart camera'],
    },
    {
      title: 'Its own login stays',
      text: 'Shinobi takes no user from a header: behind the gate it asks for its own login, once for each browser (Remember Me). Let people have a sub-account each (Settings, Sub-Accounts), or share one that may only watch: who they are, the gate knows.',
      beware:
        'Change the password of the superuser page, `/super`, which is `admin@shinobi.video` with `admin` out of the box, and deny the page to everybody but you by a rule.',
    },
    {
      title: 'Deny the superuser page',
      file: {
        path: 'gatehouse.yml',
        language: 'yaml',
        content: `apps:
  ${facts.name}:
    rules:
      - { resources: ['^/super'], subject: 'group:admins', policy: two_factor }
      - { resources: ['^/super'], policy: deny }
`,
      },
    },
    {
      title: 'Watching without a second login',
      text: 'A page that shows cameras alone can be opened with a key of Shinobi (API, Add) in its address; the key should allow watching and nothing else. The gate still asks who is there.',
      fields: [['A camera by itself', `${facts.url}/KEY/embed/GROUP/MONITOR`]],
      beware: 'A key in an address stands in histories and logs: make one for each purpose.',
    },
    ownKeys(
      facts,
      ['/[^/]+/(monitor|embed|mjpeg|jpeg|hls|mp4|flv|videos)'],
      'Phone apps and home automation show such a key as the first part of the path.',
    ),
    onlyHere(facts),
  ],
}
