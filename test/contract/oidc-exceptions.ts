/** Where the provider answers otherwise than Authelia did, and why. README.md tells it to people. */

export interface OidcException {
  readonly names: readonly string[]
  /** What differs, and nothing else. */
  readonly differs: readonly string[]
  readonly reason: string
}

export const OIDC_EXCEPTIONS: readonly OidcException[] = [
  {
    names: ['oidc/openid-configuration', 'oidc/oauth-authorization-server'],
    differs: ['body'],
    reason: 'the document names what is served here and no more (oidc-discovery.test.ts compares each field)',
  },
  {
    names: ['oidc/follow portal redirect (html)'],
    differs: ['Cache-Control', 'Content-Security-Policy'],
    reason: "the login page is the portal's own, without a script",
  },
  {
    names: ['oidc/authorize response_mode=form_post with session'],
    differs: ['Content-Security-Policy'],
    reason: "another script of one line, and the form may go to the app's own origin alone",
  },
  {
    names: ['oidc/idtok token right verifier after a wrong one (code burned)'],
    differs: ['body'],
    reason: 'no more is said of a code that is gone than that it is',
  },
]
