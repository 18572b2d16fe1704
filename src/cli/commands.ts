/** Every command of the gateway, as a table. */
import type { Command, Option } from './command.ts'
import { CONFIG, MAKING } from './commands-making.ts'

const LOG: Readonly<Record<string, Option>> = {
  'log-format': { value: 'json|text', about: 'default: text on a terminal, else one JSON object a line' },
  'log-level': { value: 'LEVEL', about: 'debug, info, warn or error (default: info)' },
}

export const COMMANDS: readonly Command[] = [
  {
    name: 'serve',
    about: 'runs the gateway until it is told to stop',
    words: [],
    options: {
      ...CONFIG,
      secrets: { value: 'FOLDER', about: "where the secrets are, instead of `secrets`; systemd's %d" },
      state: {
        value: 'FOLDER',
        about: 'where the built-in portal keeps second factors, instead of beside `portal.totp`',
      },
      ...LOG,
    },
    examples: [
      ['gatehouse serve', 'with ./gatehouse.yml; a changed file is taken as soon as it is saved'],
      ['kill -HUP PID', 'takes the files anew; broken ones change nothing and are reported'],
      ['kill -TERM PID', 'finishes what is under way (30 s at most) and stops; twice: stops at once'],
    ],
    load: () => import('./serve.ts'),
  },
  {
    name: 'check',
    about: 'reads everything that serve would, and says all that is wrong',
    words: [],
    options: { ...CONFIG, json: { about: 'one JSON object instead of text' } },
    examples: [
      ['gatehouse check', 'exit code 0 if all is fine, 1 if not'],
      ['gatehouse check --config /etc/gatehouse/gatehouse.yml --json', 'for an editor or a script'],
    ],
    load: () => import('./check.ts'),
  },
  {
    name: 'why',
    about: 'tells whether somebody may open an address, and which rule says so',
    words: ['USER', 'ADDRESS'],
    options: {
      ...CONFIG,
      method: { value: 'METHOD', about: 'of the request (default: GET)' },
      groups: { value: 'A,B', about: "the user's groups (default: those in the users file, with portal:)" },
      client: { value: 'ADDRESS', about: "the visitor's address, for rules with networks (default: none)" },
      json: { about: 'one JSON object instead of text' },
    },
    examples: [
      ['gatehouse why alice https://cams.example.com/x', 'what would happen, rule by rule'],
      ['gatehouse why - https://cams.example.com/x', 'for a visitor who is not logged in'],
      ['gatehouse why bob https://cams.example.com/ --groups family --client 10.0.0.7', ''],
    ],
    load: () => import('./why.ts'),
  },
  {
    name: 'user',
    about: 'adds people to the users file, and changes their passwords and groups',
    words: ['add|passwd|groups|disable|enable|remove|list', '[NAME]'],
    options: {
      ...CONFIG,
      name: { value: 'NAME', about: 'add: how the person is called on pages (default: the user name)' },
      email: { value: 'ADDRESS', about: 'add: where password resets are sent' },
      groups: { value: 'A,B', about: 'add, groups: all groups of the user' },
      add: { value: 'A,B', about: 'groups: more groups' },
      remove: { value: 'A,B', about: 'groups: groups to leave' },
      'password-stdin': { about: 'add, passwd: reads the password from standard input' },
      generate: { about: 'add, passwd: makes a password and prints it, once, on standard output' },
      yes: { about: 'remove: does not ask whether you are sure' },
      json: { about: 'list: one JSON array instead of text' },
    },
    examples: [
      ['gatehouse user add ann --email ann@example.com --groups family', 'asks for the password, twice'],
      ['gatehouse user passwd ann --generate', 'prints the new password, which nobody else has seen'],
      ['gatehouse user groups ann --add admins', 'and --remove; without both it prints the groups'],
      ['gatehouse user disable ann', 'nobody can log in so; enable takes it back'],
      ['gatehouse user list', ''],
    ],
    load: () => import('./user.ts'),
  },
  {
    name: 'secret',
    about: 'makes, lists, shows and replaces the secrets of the house',
    words: ['make|list|show|rotate', '[NAME]'],
    options: {
      ...CONFIG,
      json: { about: 'list: one JSON object instead of text' },
      forget: { about: 'rotate: removes the old secret that stands aside' },
      undo: { about: 'rotate: puts the old secret back' },
    },
    examples: [
      ['gatehouse secret make', 'makes what is missing; what is there is never overwritten'],
      [
        'gatehouse secret list',
        'what each is for, its age and permissions; exit code 1 if one is missing or wrong',
      ],
      ['gatehouse secret show cloud', 'prints the client secret of the app cloud, and nothing else'],
      ['gatehouse secret rotate cloud', 'makes another; the old one stays aside'],
      ['gatehouse secret rotate cloud --forget', 'removes the old one, when the new one works'],
    ],
    load: () => import('./secret.ts'),
  },
  {
    name: 'render',
    about: 'writes the whole house as files to look at: Authelia, NGINX, units, setup sheets',
    words: [],
    options: {
      ...CONFIG,
      out: { value: 'FOLDER', about: 'where to write it: an empty folder, or one that render wrote before' },
      diff: { about: 'shows what would change of what stands now, and changes nothing' },
      json: { about: 'with --diff: one JSON object instead of text' },
    },
    examples: [
      ['gatehouse render --out /tmp/house', 'no secret is in it: it can be shown to others'],
      ['gatehouse render --diff', 'exit code 0 if nothing would change, 1 if something would'],
    ],
    load: () => import('./render.ts'),
  },
  {
    name: 'apps',
    about: 'lists the apps that it knows, and says what to set in each',
    words: ['[show]', '[NAME|KIND]'],
    options: {
      ...CONFIG,
      format: {
        value: 'text|markdown|html',
        about: 'show: how (default: text, or as the ending of --out says)',
      },
      out: { value: 'FILE', about: 'show: into a file instead of the terminal' },
      'show-secret': { about: 'show: with the client secret in the clear' },
      by: { value: 'openid|headers', about: 'show: which way, for a kind that knows both' },
      json: { about: 'the list as one JSON object' },
    },
    examples: [
      ['gatehouse apps', 'what is in gatehouse.yml, and everything that could be'],
      ['gatehouse apps show cloud', 'what to set in your app cloud, with your addresses'],
      ['gatehouse apps show nextcloud', 'the same for a kind, with example values'],
      ['gatehouse apps show cloud --show-secret --out cloud.html', 'a page to copy from or to print'],
    ],
    load: () => import('./apps.ts'),
  },
  ...MAKING,
  {
    name: 'doctor',
    about: 'finds what is wrong with a house that is set up and still does not work',
    words: [],
    options: {
      ...CONFIG,
      only: { value: 'A,B', about: 'these checks alone; docs/house/doctor.md names them' },
      at: {
        value: 'ADDRESS',
        about: 'asks for every host at this address, whatever DNS says (before it is set up)',
      },
      mail: {
        value: 'ADDRESS',
        about: 'sends a letter there, to see whether mail arrives (default: none is sent)',
      },
      json: { about: 'one JSON object instead of text' },
    },
    examples: [
      [
        'sudo gatehouse doctor',
        'on the machine of the house; exit code 0 if there is no fault, 1 if there is',
      ],
      ['gatehouse doctor --only certificates,clock --json', 'for monitoring'],
      ['gatehouse doctor --at 127.0.0.1', 'before the names are in DNS'],
      [
        'gatehouse doctor --only mail --mail alice@example.com',
        'changes nothing either, but sends one letter',
      ],
    ],
    load: () => import('./doctor.ts'),
  },
  {
    name: 'demo',
    about: 'shows a whole small home on this machine, with nothing to set up',
    words: [],
    options: {
      port: { value: 'PORT', about: 'for browsers (default: 8443, or the next free one)' },
      once: { about: 'starts, walks a login through every app, says how it went, and stops' },
    },
    examples: [
      ['gatehouse demo', 'prints what to open; Ctrl-C ends it and leaves nothing behind'],
      ['gatehouse demo --once', 'exit code 0 if every app answered as it should'],
    ],
    load: () => import('./demo.ts'),
  },
  {
    name: 'portal',
    about: "runs the built-in portal alone, on the rules of an Authelia's configuration.yml",
    words: [],
    options: {
      'authelia-config': { value: 'FILE', about: "Authelia's configuration.yml" },
      listen: { value: 'ADDRESS:PORT', about: 'where to listen, plain HTTP' },
      ...LOG,
    },
    examples: [
      [
        'gatehouse portal --authelia-config configuration.yml --listen 127.0.0.1:9091',
        'answers /api/authz as Authelia would, so that rules can be tried without it',
      ],
    ],
    load: () => import('./portal.ts'),
  },
]

/** Commands of the design that this version does not have yet. */
export const LATER: readonly string[] = ['token']
