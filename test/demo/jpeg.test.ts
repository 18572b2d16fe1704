import { spawnSync } from 'node:child_process'
import t from 'tap'
import { find } from '../../scripts/programs.ts'
import { jpegEncoder } from '../../src/demo/jpeg.ts'
import { HEIGHT, scene, WIDTH } from '../../src/demo/scene.ts'

/** Decodes with another program; the mean difference of all bytes says how far the picture is from what went in. */
function difference(jpeg: Buffer, rgb: Uint8Array): number {
  const out = spawnSync(
    'ffmpeg',
    ['-v', 'error', '-f', 'jpeg_pipe', '-i', '-', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-'],
    {
      input: jpeg,
      maxBuffer: 1e8,
    },
  )
  if (out.stderr.length > 0) throw new Error(String(out.stderr))
  if (out.stdout.length !== rgb.length) return 255
  let sum = 0
  for (const [i, byte] of rgb.entries()) sum += Math.abs(byte - (out.stdout[i] ?? 0))
  return sum / rgb.length
}

const skip = find('ffmpeg') === undefined ? 'no ffmpeg on this machine' : false

t.test('ffmpeg reads what the encoder writes', { skip }, async t => {
  const [width, height] = [32, 24]
  const noise = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * i * 7919) % 256)
  const flat = new Uint8Array(width * height * 3).fill(255)
  const ramp = Uint8Array.from({ length: width * height * 3 }, (_, i) => (Math.floor(i / 3) % width) * 8)
  const table: readonly [string, Uint8Array, number, number][] = [
    ['one colour', flat, 80, 1],
    ['a ramp', ramp, 80, 4],
    ['noise at full quality', noise, 100, 6],
    ['noise at the least quality', noise, 1, 90],
  ]
  for (const [name, rgb, quality, most] of table) {
    const off = difference(jpegEncoder(width, height, quality)(rgb), rgb)
    t.ok(off <= most, `${name}: off by ${off.toFixed(2)}, at most ${most}`)
  }
  const rgb = scene(1e12)
  const off = difference(jpegEncoder(WIDTH, HEIGHT)(rgb), rgb)
  t.ok(off < 3, `the porch: off by ${off.toFixed(2)}`)
})

t.test('the scene moves and depends on the time alone', async t => {
  const at = Date.UTC(2026, 0, 1)
  t.strictSame(scene(at), scene(at))
  const differ = (a: Uint8Array, b: Uint8Array): number =>
    a.reduce((n, byte, i) => n + (byte === b[i] ? 0 : 1), 0)
  t.ok(differ(scene(at), scene(at + 1000)) > 1000, 'a second later')
})
