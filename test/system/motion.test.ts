import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { freePort } from '../../src/demo/port.ts'
import { browserIn, logIn, openHouse, serve } from '../support/house.ts'
import { find, start, without } from '../support/programs.ts'

const skip = without('motion', 'ffmpeg')

/** A film that motion takes for a camera. */
function film(file: string): void {
  const source = ['-f', 'lavfi', '-i', 'testsrc=size=320x240:rate=10', '-t', '20', '-c:v', 'mpeg4']
  const made = spawnSync('ffmpeg', ['-v', 'error', '-y', ...source, file], { encoding: 'utf8' })
  if (made.status !== 0) throw new Error(made.stderr)
}

const motionFile = (folder: string, port: number): string => `daemon off
log_level 6
target_dir ${folder}
netcam_url file://${folder}/film.mkv
width 320
height 240
framerate 10
picture_output off
movie_output off
webcontrol_port 0
stream_port ${port}
stream_localhost on
stream_maxrate 10
`

t.test('a real webcam server behind the gate', { skip, timeout: 60_000 }, async t => {
  const port = await freePort(0)
  const house = await openHouse(t, {
    apps: `  cam: { upstream: 'http://127.0.0.1:${port}', policy: two_factor }\n`,
  })
  const folder = join(house.folder, 'motion')
  mkdirSync(folder)
  film(join(folder, 'film.mkv'))
  writeFileSync(join(folder, 'motion.conf'), motionFile(folder, port))
  const motion = start(t, find('motion') ?? 'motion', ['-c', join(folder, 'motion.conf')])
  await Promise.all([motion.says(/Camera .* connected/), serve(t, house)])
  // Motion hangs up on whoever asks before its first picture, and says nothing when it has one.
  for (
    let n = 0;
    n < 100 &&
    !(await fetch(`http://127.0.0.1:${port}/current`).then(
      r => r.ok,
      () => false,
    ));
    n++
  )
    await new Promise(resolve => setTimeout(resolve, 100))

  await t.test('nobody sees it', async t => {
    const answer = await browserIn(t, house).ask(house.at('cam'), {
      headers: { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' },
    })
    t.equal(answer.status, 401)
    t.notMatch(answer.text, 'JFIF')
  })

  await t.test('who has both factors sees it move', async t => {
    const browser = browserIn(t, house)
    // The stream never ends, so the login starts at motion's still picture.
    const still = await logIn(browser, house, 'alice', house.at('cam', '/current'))
    t.equal(still.headers['content-type'], 'image/jpeg')
    const stream = await browser.open(house.at('cam'))
    t.equal(stream.statusCode, 200)
    t.match(stream.headers['content-type'], /^multipart\/x-mixed-replace/)
    const pictures = new Set<string>()
    let held = Buffer.alloc(0)
    for await (const chunk of stream) {
      held = Buffer.concat([held, chunk])
      const [from, to] = [held.indexOf('\xff\xd8\xff', 0, 'latin1'), held.indexOf('\xff\xd9', 0, 'latin1')]
      if (from < 0 || to < from) continue
      pictures.add(held.subarray(from, to).toString('latin1'))
      held = held.subarray(to + 2)
      if (pictures.size === 5) break
    }
    t.equal(pictures.size, 5)

    const again = await browser.open(house.at('cam'))
    await once(
      again.on('error', () => {}),
      'data',
    )
    const { origin } = house.at('cam')
    const closed = new Promise(resolve => again.resume().once('close', resolve))
    const from = performance.now()
    await browser.ask(house.at('cam', '/.gatehouse/sign-out'), {
      method: 'POST',
      form: {},
      headers: { origin },
    })
    await closed
    t.ok(performance.now() - from < 2_000, 'and no longer than she is signed in')
  })
})
