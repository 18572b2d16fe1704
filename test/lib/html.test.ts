import { createHash } from 'node:crypto'
import t from 'tap'
import { csp, document, escapeHtml, Html, html, pageHeaders, safeHref } from '../../src/lib/html.ts'
import { css, styleHash } from '../../src/lib/style.ts'

t.test('what is put into a template is escaped', async t => {
  const table: [string, string][] = [
    [`<script>alert(1)</script>`, '&lt;script&gt;alert(1)&lt;/script&gt;'],
    [`" onfocus="x`, '&quot; onfocus=&quot;x'],
    [`' onfocus='x`, '&#39; onfocus=&#39;x'],
    ['`x`', '&#96;x&#96;'],
    ['&lt;', '&amp;lt;'],
    ['a\0b\x1bc\x7f\x85', 'a\ufffdb\ufffdc\ufffd\ufffd'],
    ['\ud800x', '\ufffdx'],
    ['moc.live\u202e', 'moc.live\ufffd'],
    ['עברית 日本 é\n\t', 'עברית 日本 é\n\t'],
  ]
  for (const [text, expected] of table) {
    t.equal(escapeHtml(text), expected)
    t.equal(html`<p title="${text}">${text}</p>`.toString(), `<p title="${expected}">${expected}</p>`)
  }
})

t.test('nothing, numbers, lists and Html', async t => {
  t.equal(html`${undefined}|${false}|${0}|${''}`.toString(), '||0|')
  t.equal(html`${['<', html`<br>`, [undefined, '>']]}`.toString(), '&lt;<br>&gt;')
  t.equal(html`${html`<b>${'&'}</b>`}`.toString(), '<b>&amp;</b>')
})

t.test('an object from outside cannot pose as Html', async t => {
  const posing = { toString: () => '<script>', map: () => ['<script>'] }
  t.equal(html`${posing as never}`.toString(), '&lt;script&gt;')
  t.throws(() => html`${Object.create(Html.prototype) as never}`, TypeError)
})

t.test('addresses that may stand in href', async t => {
  const table: [string | undefined, string | undefined][] = [
    ['/', '/'],
    ['/a?b=c#d', '/a?b=c#d'],
    ['/..//evil.example', '/..//evil.example'],
    ['https://auth.example.com', 'https://auth.example.com/'],
    ['HTTPS://auth.example.com:8443/?rd=x', 'https://auth.example.com:8443/?rd=x'],
    [undefined, undefined],
    ['', undefined],
    ['a', undefined],
    ['//evil.example', undefined],
    ['/\\evil.example', undefined],
    ['/\t/evil.example', undefined],
    ['/\n/evil.example', undefined],
    [' https://evil.example', undefined],
    ['javascript:alert(1)', undefined],
    ['JaVaScRiPt:alert(1)', undefined],
    ['data:text/html,x', undefined],
    ['http://auth.example.com', undefined],
    ['https:auth.example.com', undefined],
    ['https:/auth.example.com', undefined],
    ['https:\\\\auth.example.com', undefined],
    ['https://auth.example.com@evil.example/', undefined],
    ['https://user:secret@auth.example.com/', undefined],
    ['https://', undefined],
  ]
  for (const [url, expected] of table) t.equal(safeHref(url), expected, JSON.stringify(url))
})

t.test('a relative href stays with its origin, however a browser reads it', async t => {
  for (const url of ['/..//evil.example', '/./\u2215/evil.example', '/%5cevil.example', '/.//evil.example']) {
    const safe = safeHref(url)
    t.type(safe, 'string', url)
    t.equal(new URL(safe ?? '', 'https://cams.example.com/x').host, 'cams.example.com', url)
  }
})

t.test('the policy allows the one style by its hash, and nothing else', async t => {
  const page = document({ title: 'x', body: html`<main></main>` })
  const inline = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? ''
  t.equal(createHash('sha256').update(inline).digest('base64'), styleHash)
  t.equal(
    csp(),
    `default-src 'none'; style-src 'sha256-${styleHash}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
  )
  t.notMatch(css, /url\(|@import|</, 'the style fetches nothing and cannot end its element')
})

t.test('sources that are named are taken, and what could end a directive is not', async t => {
  const good = ['https://cams.example.com', 'https://*.gatehouse.localhost:8443', 'https://a.example:*']
  t.match(csp({ formAction: good }), `form-action 'self' ${good.join(' ')};`)
  t.match(csp({ frameAncestors: good }), `frame-ancestors ${good.join(' ')};`)
  t.match(csp({ frameAncestors: ['*'] }), 'frame-ancestors *;')
  const hash = createHash('sha256').update('x').digest('base64')
  t.match(csp({ scriptHash: hash }), `script-src 'sha256-${hash}';`)
  for (const bad of [
    'https://a.example; script-src *',
    "'unsafe-inline'",
    'http://a.example',
    'https://a.example/x',
    'https://',
    '*',
    '',
  ]) {
    t.throws(() => csp({ formAction: [bad] }), TypeError, bad)
    if (bad !== '*') t.throws(() => csp({ frameAncestors: [bad] }), TypeError, bad)
  }
  t.throws(() => csp({ scriptHash: "x' *" }), TypeError)
})

t.test('the headers of a page', async t => {
  const headers = pageHeaders()
  t.match(headers, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': csp(),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  })
  t.not(headers['referrer-policy'], 'no-referrer', 'the Origin of a form would be null')
  t.notOk('x-frame-options' in pageHeaders({ frameAncestors: ['https://organizr.example.com'] }))
})

/** WCAG 2.2's contrast ratio of two `#rgb` or `#rrggbb` colours. */
function contrast(a: string, b: string): number {
  const light = (colour: string) => {
    const hex = colour.length === 4 ? colour.replace(/[^#]/g, '$&$&') : colour
    const [r = 0, g = 0, b = 0] = [1, 3, 5].map(at => {
      const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const [low = 0, high = 0] = [light(a), light(b)].sort((x, y) => x - y)
  return (high + 0.05) / (low + 0.05)
}

t.test('contrast in both schemes', async t => {
  const schemes = [...css.matchAll(/:root \{([^}]*)\}/g)].map(
    ([, body = '']) =>
      new Map([...body.matchAll(/(--[\w-]+): (#\w+);/g)].map(([, key = '', value = '']) => [key, value])),
  )
  t.equal(schemes.length, 2)
  const pairs: [string, string, number][] = [
    ['ink', 'ground', 7],
    ['ink', 'wall', 7],
    ['ink', 'code', 7],
    ['ink', 'field', 7],
    ['soft', 'ground', 4.5],
    ['soft', 'wall', 4.5],
    ['accent', 'wall', 4.5],
    ['accent-deep', 'wall', 4.5],
    ['accent-deep', 'code', 4.5],
    ['on-accent', 'accent', 4.5],
    ['on-accent', 'accent-deep', 4.5],
    ['alarm', 'alarm-ground', 4.5],
    ['alarm', 'wall', 3],
    ['edge', 'field', 3],
    ['edge', 'wall', 3],
  ]
  for (const [at, scheme] of schemes.entries())
    for (const [front, back, least] of pairs) {
      const ratio = contrast(scheme.get(`--${front}`) ?? '', scheme.get(`--${back}`) ?? '')
      t.ok(ratio >= least, `${at === 0 ? 'light' : 'dark'}: ${front} on ${back} is ${ratio.toFixed(2)}`)
    }
})
