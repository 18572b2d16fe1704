/** server, log, theme. */
import type { Config } from '../../config/model.ts'
import { HouseError } from '../house.ts'
import type { Section } from './document.ts'

/** Room for a browser's cookies of every app of the domain, and for what an app asks for in its address. */
const READ = 32_768
const WRITE = 16_384
/** Authelia's own default, but on loopback alone. */
const USUAL = 'tcp://127.0.0.1:9091/'

/** @throws HouseError for an address that the rendered Authelia cannot have */
export function serverSections(config: Config): readonly Section[] {
  const url = new URL(config.authelia?.url ?? '')
  // Behind a server of its own, under the portal's name: where it listens is not for us to say.
  const elsewhere = url.hostname === config.session.portal_host
  const basic = config.apps.some(app => app.basic === 'authelia')
  return [
    { key: 'theme', about: 'How the login page looks: as the device is set.', value: 'auto' },
    {
      key: 'server',
      about:
        'Where Authelia listens. NGINX stands in front of it: it has the certificate and speaks with the browsers.',
      value: {
        address: elsewhere ? USUAL : addressOf(url),
        endpoints: {
          authz: {
            'forward-auth': { implementation: 'ForwardAuth', authn_strategies: strategies(basic) },
            'auth-request': { implementation: 'AuthRequest', authn_strategies: strategies(basic) },
          },
        },
        buffers: { read: READ, write: WRITE },
      },
      notes: {
        'endpoints.authz': [
          'What gateways may ask: Gatehouse asks forward-auth, and NGINX could ask auth-request. The older',
          '/api/verify is left out: it redirects wherever the question says.',
        ].join('\n'),
        'endpoints.authz.forward-auth.authn_strategies': basic
          ? 'Name and password in a header for the apps with `basic: authelia`, and the session cookie.'
          : 'The session cookie alone: no app here has `basic: authelia`.',
        'buffers.read':
          'Bytes of a request without its body. The default, 4096, is less than the cookies of a dozen apps.',
      },
    },
    {
      key: 'log',
      about: 'To the journal: journalctl -u authelia.',
      value: { level: 'info', format: 'text' },
    },
  ]
}

function strategies(basic: boolean) {
  const cookie = { name: 'CookieSession' }
  return basic ? [{ name: 'HeaderAuthorization', schemes: ['basic'] }, cookie] : [cookie]
}

/** A host by its number is where it listens; a name is that of a container, which listens on all it has. */
function addressOf(url: URL): string {
  if (url.protocol === 'https:') {
    throw new HouseError(
      `authelia.url is ${url.origin}: the rendered Authelia has no certificate of its own, NGINX has it.`,
      'authelia: { url: http://127.0.0.1:9091 }',
    )
  }
  const port = url.port === '' ? '80' : url.port
  const numeric = /^(\d+\.){3}\d+$|^\[/.test(url.hostname)
  const host = url.hostname === 'localhost' ? '127.0.0.1' : numeric ? url.hostname : ''
  return `tcp://${host}:${port}/`
}
