/** /enrol: sets up an authenticator app, for a user who has none, where enrolment is open. */
import type { Answer } from '../answer.ts'
import type { Live } from '../live-session.ts'
import { enrolPage } from '../pages/enrol.ts'
import { noticePage } from '../pages/notice.ts'
import { writeCookie } from '../session-cookie.ts'
import { raise } from '../sign-in.ts'
import { deviceUri, newDevice, newSecret } from '../totp-codes.ts'
import type { Device } from '../totp-file.ts'
import { goOn } from './onward.ts'
import { carried, here, type Page, seeOther, show, type Visit } from './visit.ts'

const WRONG = 'That code is not of this key. Wait for the next one and try again.'

/** What stands against an enrolment; undefined where nothing does. */
function obstacle(visit: Visit, live: Live | undefined): Answer | undefined {
  const { core, host } = visit
  if (live === undefined) return seeOther(here('/', visit))
  if (core.devices().find(live.user.name) !== undefined) return seeOther(here('/second-factor', visit))
  if (core.settings().totp.enrolment === 'open') return undefined
  const text =
    'Nobody can set up a second factor by themselves here. Ask whoever runs this to do it with you.'
  return show(visit, 403, noticePage({ title: 'Enrolment is closed', text, status: 403, host }))
}

/** The device in the making; its secret waits in the session, so that a reload shows the same. */
function pending(visit: Visit, live: Live): Device {
  const { core } = visit
  live.session.enrolling ??= newSecret(core.random)
  return newDevice(live.session.enrolling, core.settings().totp, core.clock())
}

function page(visit: Visit, live: Live, device: Device, status: number, error?: string): Answer {
  const username = live.user.name
  const view = {
    ...carried(visit),
    host: visit.host,
    username,
    uri: deviceUri(username, device),
    secret: device.secret,
  }
  return show(visit, status, enrolPage({ ...view, ...(error !== undefined && { error }) }))
}

export const showKey: Page = visit => {
  const { live } = visit
  const no = obstacle(visit, live)
  if (no !== undefined || live === undefined) return no ?? seeOther('/')
  return page(visit, live, pending(visit, live), 200)
}

export const proveKey: Page = async visit => {
  const { core, cookie, live, fields, request } = visit
  const no = obstacle(visit, live)
  if (no !== undefined || live === undefined) return no ?? seeOther('/')
  const { user, session } = live
  if (session.enrolling === undefined) return seeOther(here('/enrol', visit))
  const device = pending(visit, live)
  const code = (fields.get('token') ?? '').replace(/\s/g, '')
  // Not counted toward a ban: the key is on the page, so that there is nothing to guess.
  if (!core.codes.use(user.name, device, code, core.settings().totp.skew))
    return page(visit, live, device, 403, WRONG)
  if (!(await core.devices().add(user.name, device))) return seeOther(here('/second-factor', visit))
  core.log.info({ audit: 'enrol', user: user.name, address: request.client }, 'a second factor was set up')
  if (core.sessions.find(session.id) !== session) return seeOther(here('/', visit))
  const raised = raise(core, cookie, session)
  const line = writeCookie(cookie, raised.id, raised.expires)
  return goOn(visit, { user, session: raised }, [['Set-Cookie', line]])
}
