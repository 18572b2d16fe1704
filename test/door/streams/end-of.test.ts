import t from 'tap'
import { endOf } from '../../../src/door/streams/end-of.ts'

const MJPEG = ['Content-Type', 'multipart/x-mixed-replace; boundary=x']

const cases: [what: string, end: string, method: string, status: number, headers: string[]][] = [
  ['a WebSocket', 'never', 'GET', 101, []],
  ['a camera', 'never', 'GET', 200, MJPEG],
  ['an event stream', 'never', 'GET', 200, ['content-type', 'text/event-stream']],
  ['live video', 'never', 'GET', 200, ['CONTENT-TYPE', 'Video/x-flv']],
  ['a page in chunks, or a download', 'open', 'GET', 200, ['Content-Type', 'text/html']],
  ['the answer to a post', 'open', 'POST', 200, []],
  ['an error in chunks', 'open', 'GET', 502, []],
  ['a length', 'stated', 'GET', 200, ['Content-Type', 'text/html', 'content-length', '5']],
  ['a film of 900 MB', 'stated', 'GET', 200, ['Content-Length', '900000000', 'Content-Type', 'video/mp4']],
  [
    'a camera that states the largest length it knows',
    'never',
    'GET',
    200,
    [...MJPEG, 'Content-Length', '2147483647'],
  ],
  ['a camera that states a small one', 'never', 'GET', 200, ['Content-Length', '99999999', ...MJPEG]],
  ['an empty body', 'stated', 'HEAD', 200, MJPEG],
  ['nothing', 'stated', 'GET', 204, []],
  ['nothing new', 'stated', 'GET', 304, ['Content-Type', 'text/html']],
  ['a hint ahead of the answer', 'stated', 'GET', 103, []],
]

for (const [what, end, method, status, headers] of cases) {
  t.test(`${what}: ${end}`, async t => {
    t.equal(endOf(method, status, headers), end)
  })
}
