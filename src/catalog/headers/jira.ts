import type { HeaderEntry } from '../types.ts'
import {
  listenHost,
  listenPort,
  onlyHere,
  ownKeys,
  publicAddress,
  senders,
  signOut,
  userHeader,
} from './facts.ts'
import { HEADER_KINDS } from './kinds.ts'

/** Jira Data Center, with an app of the Marketplace that reads the header. */
export const jira: HeaderEntry = {
  ...HEADER_KINDS.jira,
  checked: {
    version: 'the documents of EasySSO, HTTP Header Authentication (resolution) and jiraRemoteUserAuth',
    on: '2026-11-24',
    sources: [
      'http://techtime.co.nz/display/TECHTIME/EasySSO+with+Headers+-+Configuration',
      'https://wiki.resolution.de/doc/http-header-authentication/latest',
      'https://www.authelia.com/integration/trusted-header-sso/jira/',
      'https://github.com/UW-Madison-DoIT/jiraRemoteUserAuth',
    ],
    unsure:
      'Neither Jira nor the apps were run, and which versions of Jira each takes was not checked: see the Marketplace. Jira Cloud takes no headers at all.',
  },
  steps: facts => {
    const { host, port } = publicAddress(facts)
    return [
      {
        title: 'Let Jira know its address, and listen on this machine alone',
        text: 'Add these to the attributes of the HTTP connector that is there; leave the others as they are.',
        file: {
          path: '/opt/atlassian/jira/conf/server.xml',
          language: 'xml',
          content: `<Connector port="${listenPort(facts, 8080)}" address="${listenHost(facts)}"
           proxyName="${host}" proxyPort="${port}" scheme="https" secure="true" />
`,
        },
        commands: ['systemctl restart jira'],
      },
      {
        title: 'Install an app that reads the header',
        text: 'Jira reads no header by itself. Two apps of the Marketplace do; both cost money. In EasySSO: Administration, TechTime Add-Ons, EasySSO, Headers:',
        fields: [
          ['Type', 'Header'],
          ['Name', userHeader(facts)],
          ['Get Username', 'on'],
          ['IP Filter', senders(facts).join(', ')],
        ],
        beware:
          'In HTTP Header Authentication by resolution the fields are Header Name and Allowed IP Address Ranges; its list is empty at first and then nobody is logged in. The free jiraRemoteUserAuth was written for Jira 5: do not put it into a current one.',
      },
      {
        title: 'Users',
        text: 'Each user must be in Jira already, with the same name: from LDAP (the directory that Authelia uses), or made by hand. Groups stay those of Jira.',
        beware:
          'Websudo still asks for the password of Jira before administration pages. Keep one administrator with a password that you know.',
      },
      {
        title: 'Log out',
        text: `Jira's own Log Out is undone by the next page unless the app redirects: let it go to \`${signOut(facts)}\`, or link there from the announcement banner.`,
      },
      ownKeys(
        facts,
        ['/rest', '/plugins/servlet/applinks'],
        'Scripts, the phone app and other Atlassian servers show a personal access token of Jira (Profile, Personal Access Tokens).',
      ),
      onlyHere(facts),
    ]
  },
}
