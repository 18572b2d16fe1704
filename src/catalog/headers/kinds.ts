/**
 * What reading a configuration has to know of each app that takes its user from a header. Apart from their
 * setup sheets, so that `serve` does not load these.
 */
import type { HeaderKind } from '../types.ts'

export const HEADER_KINDS = {
  calibreWeb: {
    kind: 'calibre-web',
    title: 'Calibre-Web',
    identity_headers: { 'Remote-User': 'user' },
    port: 8083,
    clients: 'app',
  },
  grafana: {
    kind: 'grafana',
    title: 'Grafana',
    identity_headers: {
      'X-WEBAUTH-USER': 'user',
      'X-WEBAUTH-NAME': 'name',
      'X-WEBAUTH-EMAIL': 'email',
      'X-WEBAUTH-GROUPS': 'groups',
    },
    port: 3000,
    clients: 'app',
  },
  jira: {
    kind: 'jira',
    title: 'Jira',
    identity_headers: { 'Remote-User': 'user', 'Remote-Email': 'email' },
    port: 8080,
    clients: 'app',
  },
  miniflux: {
    kind: 'miniflux',
    title: 'Miniflux',
    identity_headers: { 'Remote-User': 'user' },
    port: 8080,
    clients: 'app',
  },
  octoprint: {
    kind: 'octoprint',
    title: 'OctoPrint',
    identity_headers: { 'Remote-User': 'user', 'Remote-Groups': 'groups' },
    port: 5000,
    clients: 'app',
  },
  organizr: {
    kind: 'organizr',
    title: 'Organizr',
    identity_headers: { 'Remote-User': 'user', 'Remote-Email': 'email' },
  },
  paperless: {
    kind: 'paperless',
    title: 'Paperless-ngx',
    identity_headers: { 'Remote-User': 'user' },
    port: 8000,
    clients: 'app',
  },
  radicale: {
    kind: 'radicale',
    title: 'Radicale',
    identity_headers: { 'X-Remote-User': 'user' },
    reads: { 'X-Remote-User': 'user', 'Remote-User': 'user' },
    port: 5232,
    clients: 'gate',
  },
  seafile: {
    kind: 'seafile',
    title: 'Seafile',
    identity_headers: { 'Remote-User': 'user', 'Remote-Name': 'name', 'Remote-Email': 'email' },
    port: 8000,
    clients: 'app',
  },
  shinobi: {
    kind: 'shinobi',
    title: 'Shinobi',
    identity_headers: { 'Remote-User': 'user' },
    port: 8080,
    clients: 'app',
  },
} as const satisfies Readonly<Record<string, HeaderKind>>
