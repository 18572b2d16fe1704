/** Where the forward-auth door answers otherwise than Authelia did, and why. README.md tells it to people. */

type Kind = 'allow' | 'login' | 'challenge' | 'deny' | 'fault'

const all = (kind: Kind, ...names: string[]): Set<string> => new Set(names.map(name => `${name}: ${kind}`))

const either = (...sets: Set<string>[]): Set<string> => new Set(sets.flatMap(set => [...set]))

const resource = (path: string): string => `nocookie one resource ${path}`

/** By the reason: the exchanges, each with what the door says instead. */
export const DIFFERENCES: Readonly<Record<string, ReadonlySet<string>>> = {
  'no app has this host: 404, and nothing about the others': all(
    'fault',
    'nocookie GET html nosuchrule',
    'alice 1fa nosuchrule',
    'bob 1fa nosuchrule',
    'dave 1fa nosuchrule',
    'nocookie host example.test',
    'nocookie host one.other.test',
    'alice host one.other.test (cookie moved to other name)',
  ),
  'the login page itself is not to be protected': all('fault', 'nocookie host auth.example.test:9443'),
  'two programs could read this path differently, and a rule looks at the path': all(
    'fault',
    ...['/public/../secret', '/public/%2e%2e/secret', '/public%2fx', '//public', '/x/../public'].map(
      resource,
    ),
    ...['/public;x', '/./public', '/deny/../x', '/den%79/%2e/', '//deny'].map(resource),
    'nocookie uri //evil.org/x',
    'encoded path %2e',
  ),
  'a path with escapes is judged as it stands, too, and the stricter reading wins': all(
    'login',
    resource('/%70ublic'),
  ),
  'the address is the last one that no trusted proxy has, not the first that anybody wrote': either(
    all('login', 'net lan XFF spoof chain first'),
    all('allow', 'net lan XFF last'),
  ),
  'hosts are compared in lower case': either(
    all('login', 'nocookie host ONE.Example.Test'),
    all('allow', 'alice host ONE.EXAMPLE.TEST'),
  ),
  'a host with user information in it is none': all('fault', 'nocookie host evil.org:80@one.example.test'),
  'plain http is sent to https': all('login', "nocookie proto 'http' one"),
  'schemes are written in lower case': all('fault', "nocookie proto 'HTTPS' one"),
  'a space is not part of an address': all('fault', 'nocookie uri /a b'),
  'an empty path is /': all('login', 'missing X-Forwarded-URI nocookie', 'X-Original-URL no path'),
  'two of a header: one is a client’s': all(
    'fault',
    'duplicate X-Forwarded-Host public,one',
    'duplicate X-Forwarded-Host one,public',
    'duplicate X-Original-URL public,one',
  ),
  'the method of the question says nothing': all('login', 'endpoint called with POST'),
  'Basic is for apps that say so (basic: authelia)': all('login', 'Basic good alice two XHR'),
  "an Authorization that is not Basic is the app's own": all('allow', 'Digest junk + alice cookie one'),
  'a session is asked about for its own domain alone, so it never dies of another’s': all(
    'allow',
    'alice one after cookie was moved to other domain',
  ),
  'what a client says of its user name is not passed on': all(
    'allow',
    'Session-Username mismatch',
    'after Session-Username mismatch',
  ),
  "two session cookies with different values are nobody's": all('login', 'two session cookies good;bad'),
  'the session alone goes to Authelia, so other headers may be long': all('allow', 'headers > 4096 bytes'),
  'the query is part of the address': all(
    'login',
    'nocookie GET html one',
    'nocookie GET html two',
    'nocookie GET html admin',
    'alice 1fa two',
  ),
  'the way back is a page, never what a form or a script asked for': all(
    'login',
    'nocookie POST two',
    'nocookie PUT two',
    'nocookie PATCH two',
    'nocookie PROPFIND two',
    'nocookie no accept',
  ),
  'the prefix ends in a slash, and the path begins with one': all(
    'fault',
    'no path suffix',
    'single slash, host one.example + .test/x',
  ),
  'the portal is the one of the configuration, whatever a request names': all(
    'login',
    'X-Authelia-URL outside',
  ),
}
