/** Every page of the portal with every field filled, as functions of their view. */
import { enrolPage } from '../../src/portal/pages/enrol.ts'
import { homePage } from '../../src/portal/pages/home.ts'
import { loginPage } from '../../src/portal/pages/login.ts'
import { noticePage } from '../../src/portal/pages/notice.ts'
import { secondFactorPage } from '../../src/portal/pages/second-factor.ts'
import { signedOutPage } from '../../src/portal/pages/signed-out.ts'

export interface Sample {
  /** The fields that are text. */
  readonly fields: readonly string[]
  /** The page, with some of its fields replaced. */
  readonly page: (changes?: Readonly<Record<string, string | undefined>>) => string
}

function sample<View extends object>(page: (view: View) => string, view: View): Sample {
  const fields = Object.entries(view).flatMap(([key, value]) => (typeof value === 'string' ? [key] : []))
  return { fields, page: (changes = {}) => page({ ...view, ...changes }) }
}

const host = 'auth.example.com'
const rd = 'https://cams.example.com/live?cam=2&zoom=1'
const rm = 'GET'
const username = 'alice'
const error = 'That did not fit. Try again.'
const asking = 'cams.example.com'
const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPAB'
const uri = `otpauth://totp/auth.example.com:alice?issuer=auth.example.com&secret=${secret}`

export const SAMPLES: Readonly<Record<string, Sample>> = {
  login: sample(loginPage, { host, rd, rm, asking }),
  'login-error': sample(loginPage, { host, rd, rm, username, error, remember: true, asking }),
  'second-factor': sample(secondFactorPage, { host, rd, rm, username, asking }),
  'second-factor-error': sample(secondFactorPage, { host, rd, rm, username, error }),
  enrol: sample(enrolPage, { host, rd, username, uri, secret }),
  'enrol-error': sample(enrolPage, { host, rd, username, uri, secret, error }),
  'home-new': sample(homePage, { host, username, level: 1, enrolled: false, enrolment: 'open' }),
  'home-closed': sample(homePage, { host, username, level: 1, enrolled: false, enrolment: 'closed' }),
  'home-password': sample(homePage, { host, username, level: 1, enrolled: true, enrolment: 'open' }),
  'home-full': sample(homePage, { host, username, level: 2, enrolled: true, enrolment: 'open' }),
  'signed-out': sample(signedOutPage, { host, rd }),
  notice: sample(noticePage, { host, title: 'Not found', text: 'There is no such page.', status: 404 }),
}
