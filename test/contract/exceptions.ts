/** Where the portal answers otherwise than Authelia did, and why. README.md tells it to people. */

export interface Exception {
  /** The exchange's whole name. */
  readonly name: string
  /** What differs, and nothing else: `status`, `Set-Cookie`, `body`… */
  readonly differs: readonly string[]
  readonly reason: string
}

const NEVER_ADOPTS = 'a dead or invented session id is never given back: the stranger gets a new one'
const NO_NOTIFIER = 'no mail could carry a one-time code, so a device is set up on the page /enrol alone'

const echoes = (name: string): Exception => ({ name, differs: ['Set-Cookie'], reason: NEVER_ADOPTS })
const enrolment = (name: string, differs: readonly string[]): Exception => ({
  name,
  differs,
  reason: NO_NOTIFIER,
})

export const EXCEPTIONS: readonly Exception[] = [
  ...['forward-auth', 'auth-request'].flatMap(dialect => [
    echoes(`${dialect}/bad cookie one`),
    echoes(`${dialect}/alice one after cookie was moved to other domain`),
    echoes(`${dialect}/after Session-Username mismatch`),
    echoes(`${dialect}/two session cookies bad;good`),
    echoes(`${dialect}/cookie url-encoded`),
  ]),
  echoes('api/old cookie after re-login'),
  echoes('totp/old 1fa cookie after totp'),
  echoes('logout/one after logout'),
  echoes('logout/one after logout no body'),
  echoes('refresh/dave after removal (0.0s later)'),
  echoes('expiry(inactivity=4s,expiration=10s)/inactive cookie XHR one'),
  {
    name: 'api/unknown path',
    differs: ['status'],
    reason: 'Authelia gives its single page for every path; a page that is not there is a 404 here',
  },
  {
    name: 'api/configuration 1fa',
    differs: ['body'],
    reason: 'it says what there is: TOTP and no WebAuthn, and no change of passwords',
  },
  enrolment('totp/elevation POST (sends code)', ['status', 'body']),
  enrolment('totp/elevation PUT code', ['status', 'Set-Cookie', 'body']),
  enrolment('totp/register options', ['status', 'body']),
  enrolment('totp/register start PUT', ['status', 'Set-Cookie', 'body']),
  enrolment('totp/register finish wrong', ['body']),
  enrolment('totp/register finish', ['status', 'Set-Cookie', 'body']),
  { name: 'totp/GET secondfactor/totp', differs: ['body'], reason: 'created_at is another moment' },
]
