/** The hand-written files of nginx/, which a person installs as they are, put at their place in the tree. */
import type { Config } from '../../config/model.ts'
import type { House, PlannedFile } from '../types.ts'
import type { Doors } from './doors.ts'
import { includeWord } from './word.ts'

const NAMES = [
  'app.conf',
  'authelia.conf',
  'gatehouse.conf',
  'protect.conf',
  'proxy-door.conf',
  'site.conf',
  'tls.conf',
  'parts/app.conf',
  'parts/down.conf',
  'parts/gateway.conf',
  'parts/question.conf',
  'parts/server.conf',
  'parts/visitor.conf',
]

const pathOf = (name: string): string => `nginx/snippets/${name}`

/** The line that includes one of them. */
export const snippet = (house: House, name: string): string =>
  `include ${includeWord(`${house.current}/${pathOf(name)}`)};`

/** @throws RangeError where the file does not have the text exactly once: a mistake of ours */
function change(text: string, from: string, to: string): string {
  const parts = text.split(from)
  if (parts.length !== 2) throw new RangeError(`gatehouse.conf does not have "${from}" once`)
  return parts.join(to)
}

/** The two things that gatehouse.conf asks its reader to change. */
function settled(text: string, config: Config, doors: Doors): string {
  const [asked = '', sent = ''] = [doors.forwardAuth, doors.proxy]
  let told = text
  if (asked !== '') told = change(told, 'server 127.0.0.1:9081;', `server ${asked};`)
  if (sent !== '') told = change(told, 'server 127.0.0.1:9080;', `server ${sent};`)
  return change(told, 'default authelia_session;', `default ${config.session.cookie};`)
}

/** All that a site includes. They name each other by their place in the tree, not by NGINX's own folder. */
export function snippetFiles(house: House, doors: Doors): PlannedFile[] {
  return NAMES.map(name => {
    const text = house.snippet(name)
    const own = name === 'gatehouse.conf' ? settled(text, house.config, doors) : text
    const content = own.replaceAll(
      /^(\s*)include gatehouse\/([\w./-]+);/gm,
      (_, indent: string, to: string) => `${indent}${snippet(house, to)}`,
    )
    return { path: pathOf(name), content, mode: 0o644, about: 'as in nginx/ of Gatehouse' }
  })
}
