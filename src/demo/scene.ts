/** What the demo's camera sees: a porch at night, a cat that walks by, and a clock. */

export const WIDTH = 480
export const HEIGHT = 272

type Colour = readonly [number, number, number]

// 5 by 7 dots for each sign, a row in each pair of hexadecimal digits, the leftmost dot in bit 4.
const GLYPHS: Readonly<Record<string, string>> = {
  '0': '0e11131519110e',
  '1': '040c040404040e',
  '2': '0e11010204081f',
  '3': '1f02040201110e',
  '4': '02060a121f0202',
  '5': '1f101e0101110e',
  '6': '0608101e11110e',
  '7': '1f010204080808',
  '8': '0e11110e11110e',
  '9': '0e11110f01020c',
  ':': '000c0c000c0c00',
  '-': '0000001f000000',
  P: '1e11111e101010',
  O: '0e11111111110e',
  R: '1e11111e141211',
  C: '0e11101010110e',
  H: '1111111f111111',
}

/** A canvas of red, green and blue bytes. */
class Canvas {
  readonly pixels = new Uint8Array(WIDTH * HEIGHT * 3)

  dot(x: number, y: number, [r, g, b]: Colour, strength = 1): void {
    if (x < 0 || y < 0 || x >= WIDTH || y >= HEIGHT) return
    const at = (y * WIDTH + x) * 3
    const mix = (old: number, colour: number): number => old + (colour - old) * strength
    this.pixels[at] = mix(this.pixels[at] ?? 0, r)
    this.pixels[at + 1] = mix(this.pixels[at + 1] ?? 0, g)
    this.pixels[at + 2] = mix(this.pixels[at + 2] ?? 0, b)
  }
  box(left: number, top: number, width: number, height: number, colour: Colour, strength = 1): void {
    for (let y = top; y < top + height; y++)
      for (let x = left; x < left + width; x++) this.dot(x, y, colour, strength)
  }
  oval(cx: number, cy: number, rx: number, ry: number, colour: Colour): void {
    for (let y = -ry; y <= ry; y++)
      for (let x = -rx; x <= rx; x++)
        if ((x / rx) ** 2 + (y / ry) ** 2 <= 1) this.dot(Math.round(cx + x), Math.round(cy + y), colour)
  }
  /** Light that fades with the distance. */
  glow(cx: number, cy: number, radius: number, colour: Colour, strength: number): void {
    for (let y = -radius; y <= radius; y++)
      for (let x = -radius; x <= radius; x++) {
        const near = 1 - Math.hypot(x, y) / radius
        if (near > 0) this.dot(cx + x, cy + y, colour, near * near * strength)
      }
  }
  text(left: number, top: number, words: string, colour: Colour, size = 2): void {
    for (const [n, sign] of [...words].entries()) {
      const rows = Buffer.from(GLYPHS[sign] ?? '', 'hex')
      for (const [y, row] of rows.entries())
        for (let x = 0; x < 5; x++)
          if (row & (16 >> x)) this.box(left + (n * 6 + x) * size, top + y * size, size, size, colour)
    }
  }
}

function backdrop(): Canvas {
  const canvas = new Canvas()
  for (let y = 0; y < HEIGHT; y++)
    canvas.box(0, y, WIDTH, 1, y < 205 ? [12 + y / 8, 18 + y / 6, 46 + y / 4] : [52, 44, 40])
  for (let n = 0; n < 60; n++) canvas.dot((n * 7919) % 263, (n * n * 31 + n * 17) % 140, [200, 205, 220])
  canvas.oval(78, 58, 22, 22, [232, 228, 205])
  canvas.oval(87, 52, 20, 20, [16, 26, 58])
  for (let y = 205; y < HEIGHT; y += 11) canvas.box(0, y, WIDTH, 1, [38, 32, 29])
  canvas.box(262, 40, 218, 165, [104, 86, 74])
  for (let y = 48; y < 205; y += 12) canvas.box(262, y, 218, 1, [88, 72, 62])
  canvas.box(318, 78, 66, 127, [60, 38, 28])
  canvas.box(324, 84, 54, 121, [112, 52, 40])
  canvas.box(332, 92, 38, 34, [236, 190, 110])
  canvas.box(350, 92, 2, 34, [112, 52, 40])
  canvas.oval(371, 148, 3, 3, [220, 190, 90])
  canvas.box(410, 88, 52, 52, [58, 40, 32])
  canvas.box(414, 92, 44, 44, [30, 36, 54])
  canvas.box(292, 92, 8, 14, [40, 40, 44])
  return canvas
}

function cat(canvas: Canvas, x: number, step: number): void {
  const coat: Colour = [24, 22, 26]
  const lift = (n: number): number => Math.round(Math.sin(step + n) * 3)
  canvas.oval(x, 222, 24, 10, coat)
  canvas.oval(x + 26, 210, 10, 9, coat)
  for (const ear of [20, 30])
    for (let n = 0; n < 6; n++) canvas.box(x + ear - 3 + (n >> 1), 204 - n, 6 - n, 1, coat)
  for (const [n, leg] of [-16, -8, 10, 18].entries()) canvas.box(x + leg + lift(n * 2), 228, 4, 14, coat)
  for (let n = 0; n < 26; n++)
    canvas.box(x - 22 - n, Math.round(218 - n * 0.9 + Math.sin(step / 2 + n / 5) * 4), 3, 3, coat)
  canvas.box(x + 24, 208, 2, 2, [210, 230, 120])
  canvas.box(x + 30, 208, 2, 2, [210, 230, 120])
}

const BACKDROP = backdrop().pixels

/**
 * One picture, WIDTH by HEIGHT.
 * @param at milliseconds since the epoch: what moves is a function of the time alone
 * @returns red, green and blue bytes, row by row
 */
export function scene(at: number): Uint8Array {
  const canvas = new Canvas()
  canvas.pixels.set(BACKDROP)
  const seconds = (at / 1000) % 86_400
  canvas.glow(
    296,
    100,
    74,
    [255, 196, 110],
    0.75 + 0.08 * Math.sin(seconds * 7) + 0.05 * Math.sin(seconds * 23),
  )
  cat(canvas, Math.round((seconds * 46) % (WIDTH + 140)) - 70, seconds * 9)
  const clock = new Date(at).toISOString()
  canvas.box(0, 0, WIDTH, 24, [0, 0, 0], 0.55)
  canvas.text(8, 5, 'PORCH', [255, 255, 255])
  canvas.text(WIDTH - 236, 5, `${clock.slice(0, 10)} ${clock.slice(11, 19)}`, [255, 255, 255])
  if (seconds % 1 < 0.6) canvas.oval(84, 11, 5, 5, [235, 60, 50])
  return canvas.pixels
}
