/** The commands that make a house and put it in place; a part of the table. */
import type { Command, Option } from './command.ts'

/** The option of every command that reads a configuration. */
export const CONFIG: Readonly<Record<string, Option>> = {
  config: {
    value: 'FILE',
    about: 'the configuration (default: ./gatehouse.yml, then /etc/gatehouse/gatehouse.yml)',
  },
}

export const MAKING: readonly Command[] = [
  {
    name: 'init',
    about: 'makes a house: asks what cannot be guessed, or takes it from options; never overwrites anything',
    words: [],
    options: {
      folder: {
        value: 'FOLDER',
        about: 'where to put it (default: here); the house itself reads /etc/gatehouse',
      },
      domain: { value: 'DOMAIN', about: 'the apps are at <name>.DOMAIN, the login page at auth.DOMAIN' },
      session: {
        value: 'portal|authelia',
        about: 'where logins come from: the built-in portal, or Authelia',
      },
      'authelia-url': {
        value: 'URL',
        about: 'of an Authelia that runs already (default: the one that apply sets up)',
      },
      app: {
        value: 'NAME=[KIND,]UPSTREAM',
        about: 'an app behind the gate and where it listens; may be given several times',
        many: true,
      },
      'oidc-app': {
        value: 'NAME=KIND,URL[,…]',
        about: 'one that speaks OpenID Connect; then upstream=, redirect_uri=, settings of its kind',
        many: true,
      },
      mail: { value: 'ADDRESS', about: 'the mail server, such as submission://smtp.example.com:587' },
      'mail-from': { value: 'SENDER', about: 'whose mails they are (default: auth@DOMAIN)' },
      'mail-username': { value: 'NAME', about: 'who sends, with --mail-password-file' },
      'mail-password-file': { value: 'FILE', about: 'holds the password for the mail server; - is stdin' },
      certificate: {
        value: 'FILE',
        about: 'a certificate of yours with its chain (default: an own authority)',
      },
      key: { value: 'FILE', about: 'its key' },
      user: { value: 'NAME', about: 'the first user' },
      'display-name': { value: 'NAME', about: 'as apps show it (default: the name)' },
      email: { value: 'ADDRESS', about: "the user's (default: NAME@DOMAIN)" },
      groups: { value: 'A,B', about: "the user's (default: admins)" },
      'password-file': {
        value: 'FILE',
        about: 'holds the password; - is stdin (default: one is made, in a file)',
      },
      yes: { about: 'asks nothing' },
    },
    examples: [
      ['sudo gatehouse init --folder /etc/gatehouse', 'asks, and ends with what to type next'],
      [
        'gatehouse init --yes --domain example.com --session portal --app cams=http://127.0.0.1:8080 --user ann',
        '',
      ],
    ],
    load: () => import('./init.ts'),
  },
  {
    name: 'apply',
    about: 'puts the house in place: shows what changes, asks, tests, switches, and goes back if it fails',
    words: [],
    options: {
      ...CONFIG,
      yes: { about: 'does it without asking' },
      back: { about: 'returns to the release before' },
      root: { value: 'DIR', about: 'puts everything below DIR, for an image; starts and reloads nothing' },
      json: { about: 'one JSON object instead of text; asks nothing, so it wants --yes to change anything' },
    },
    examples: [
      ['sudo gatehouse apply', 'exit code 0 if it is in place, or was already; 1 if not'],
      ['sudo gatehouse apply --back', 'after an apply that did not do what you wanted'],
      ['gatehouse apply --root /mnt/image --config /mnt/image/etc/gatehouse/gatehouse.yml --yes', ''],
    ],
    load: () => import('./apply.ts'),
  },
]
