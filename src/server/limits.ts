/** What a stranger may cost before anybody has looked at the request; times in milliseconds. */

/**
 * For node's HTTP/1 parser, on plain and TLS listeners alike. Node's own default is right for
 * everything that is not named here: above all, `insecureHTTPParser` stays off.
 */
export const HTTP1 = {
  // 16 KB of other apps' cookies must still get in (Authelia#2331, oauth2-proxy#2163).
  maxHeaderSize: 65_536,
  // Slowloris: the whole head must be here by then.
  headersTimeout: 20_000,
  // An upload of 2 GB takes as long as it takes.
  requestTimeout: 0,
  // How often the two above are looked at.
  connectionsCheckingInterval: 5_000,
  // Longer than NGINX's `keepalive_timeout` of 60 s toward an upstream, so that it is never we who
  // close under a request on its way.
  keepAliveTimeout: 75_000,
  requireHostHeader: true,
  noDelay: true,
  // A request without a body gets no stream made ready for one: 4 us less.
  optimizeEmptyRequests: true,
} as const

/** Beside HTTP1 on TLS listeners. Node bounds bursts of RST_STREAM (CVE-2023-44487) by itself. */
export const HTTP2 = {
  allowHTTP1: true,
  handshakeTimeout: 15_000,
  // Pairs in one head, pseudo headers included: browsers split `cookie` into one a cookie.
  maxHeaderListPairs: 512,
  settings: {
    // RFC 8441 (WebSocket over HTTP/2) stays off: browsers then open HTTP/1.1 for a WebSocket.
    enableConnectProtocol: false,
    enablePush: false,
    maxConcurrentStreams: 128,
    maxHeaderListSize: 65_536,
    // Bytes of a body on the way before we answer for them: uploads over a slow link need more than
    // the 64 KiB of RFC 9113.
    initialWindowSize: 262_144,
  },
} as const

/** The HTTP/2 window of all streams of a connection together, in bytes. */
export const SESSION_WINDOW = 1_048_576

/** How long an HTTP/2 connection without a stream stays open. */
export const IDLE_SESSION = 75_000

/** How long a client may go on sending a body whose answer it already has. */
export const LINGER = 30_000
