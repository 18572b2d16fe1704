import type { HeaderEntry } from '../types.ts'
import {
  headerFor,
  listenHost,
  listenPort,
  onlyHere,
  ownKeys,
  senders,
  signOut,
  userHeader,
} from './facts.ts'
import { HEADER_KINDS } from './kinds.ts'

/** OctoPrint: 3D printers, and their webcams. */
export const octoprint: HeaderEntry = {
  ...HEADER_KINDS.octoprint,
  checked: {
    version: 'OctoPrint 1.11.8, run for real behind the gateway, and the source of 2.0.0rc3',
    on: '2026-11-24',
    sources: [
      'https://docs.octoprint.org/en/main/configuration/config_yaml.html#access-control',
      'https://github.com/OctoPrint/OctoPrint/blob/dev/src/octoprint/schema/config/access_control.py',
      'https://github.com/OctoPrint/OctoPrint/blob/dev/src/octoprint/server/util/__init__.py',
    ],
    unsure: 'Version 2 was read, not run.',
  },
  steps: facts => {
    const groups = headerFor(facts, 'groups')
    const mapped =
      groups === undefined
        ? ''
        : `  trustRemoteGroups: true
  remoteGroupsHeader: ${groups}
  remoteGroupsMapping:
    # A group of Authelia, and its group in OctoPrint: admins, users, readonly.
    admins: admins
    family: users
`
    return [
      {
        title: 'Go through its first start',
        text: 'The wizard makes an administrator of OctoPrint itself. Give it a name that nobody has at Authelia: it is the way back in.',
      },
      {
        title: 'Trust the headers',
        text: 'Stop OctoPrint first, since it writes this file when it stops. `trustRemoteUser` is for version 1, `trustedAuthProxies` for version 2; each leaves the other alone.',
        file: {
          path: '~/.octoprint/config.yaml',
          language: 'yaml',
          content: `accessControl:
  trustRemoteUser: true
  trustedAuthProxies: [${senders(facts)
    .map(each => `'${each}'`)
    .join(', ')}]
  remoteUserHeader: ${userHeader(facts)}
  addRemoteUsers: true
${mapped}server:
  host: ${listenHost(facts)}
  port: ${listenPort(facts, 5000)}
  reverseProxy:
    schemeHeader: X-Forwarded-Proto
`,
        },
        commands: ['systemctl restart octoprint'],
        beware:
          'Groups are set anew with each request and unknown ones are dropped; but who loses the last of their groups keeps what they had here, since OctoPrint skips an empty header: take it away in its Access Control. A group that is called `admins` at Authelia makes an administrator here even without the mapping. A file with `server:` or `accessControl:` already: add the keys below it, a second one would replace the first.',
      },
      {
        title: 'The webcam',
        text: 'Its pictures come from another program (`mjpg-streamer`, port 8080): give it an app of its own in gatehouse.yml, or it stays open to the whole network. In OctoPrint, Settings, Webcam & Timelapse, write the address of that app as the stream.',
      },
      {
        title: 'Log out',
        text: `OctoPrint's own Logout is undone by the next page. \`${signOut(facts)}\` ends the session at Authelia; OctoPrint then ends its own, since the header does not fit it any more.`,
      },
      ownKeys(
        facts,
        ['/api', '/sockjs', '/plugin'],
        'Slicers and phone apps show a key of OctoPrint (Settings, Application Keys).',
      ),
      onlyHere(facts),
    ]
  },
}
