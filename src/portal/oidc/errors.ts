/** Errors in Authelia's words, whatever the library calls them: its details say more of the inside than a stranger needs. */

const WORDS: Readonly<Record<string, string>> = {
  invalid_request:
    'The request is missing a required parameter, includes an invalid parameter value, includes a parameter more than once, or is otherwise malformed.',
  invalid_client:
    'Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method).',
  invalid_grant:
    'The provided authorization grant (e.g., authorization code, resource owner credentials) or refresh token is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.',
  invalid_scope: 'The requested scope is invalid, unknown, or malformed.',
  invalid_state:
    'The state is missing or does not have enough characters and is therefore considered too weak.',
  unauthorized_client: 'The client is not authorized to request a token using this method.',
  unsupported_grant_type: 'The authorization grant type is not supported by the authorization server.',
  unsupported_response_type: 'The authorization server does not support obtaining a token using this method.',
  unsupported_response_mode:
    'The authorization server does not support obtaining a response using this response mode.',
  access_denied: 'The resource owner or authorization server denied the request.',
  login_required: 'The Authorization Server requires End-User authentication.',
  consent_required: 'The Authorization Server requires End-User consent.',
  interaction_required: 'The Authorization Server requires End-User interaction of some form to proceed.',
  server_error:
    'The authorization server encountered an unexpected condition that prevented it from fulfilling the request.',
  temporarily_unavailable:
    'The authorization server is currently unable to handle the request due to a temporary overloading or maintenance of the server.',
  request_not_supported: 'The OP does not support use of the request parameter.',
  request_uri_not_supported: 'The OP does not support use of the request_uri parameter.',
  registration_not_supported: 'The OP does not support use of the registration parameter.',
  invalid_request_uri:
    'The request_uri in the authorization request returns an error or contains invalid data.',
}

/** What the library says of a thing, and Authelia's sentence for it. */
const HINTS: readonly (readonly [said: RegExp, hint: string])[] = [
  [/already consumed/, 'The authorization code has already been used.'],
  [
    /redirect_uri mismatch/,
    "The 'redirect_uri' from this request does not match the one from the authorize request.",
  ],
  [
    /policy requires PKCE/,
    "Clients must include a 'code_challenge' when performing the authorize code flow, but it is missing.",
  ],
  [
    /code_challenge_method/,
    "Authorization was requested with 'code_challenge_method' value 'plain', but the authorization server policy does not allow method 'plain' and requires method 'S256'.",
  ],
  [
    /does not match code_challenge|must be provided/,
    'The PKCE code challenge did not match the code verifier.',
  ],
]

/** Sentences of ours that are Authelia's already go through as they are. */
export class Hint {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** The description of an error. @param detail what the library knows of it, which is looked at and not passed on */
export function describe(error: string, detail: string | Hint = ''): string {
  const words = WORDS[error] ?? 'The request could not be processed.'
  const hint = detail instanceof Hint ? detail.text : HINTS.find(([said]) => said.test(detail))?.[1]
  return hint === undefined || hint === '' ? words : `${words} ${hint}`
}
