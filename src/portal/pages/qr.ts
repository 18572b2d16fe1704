import { encode } from 'uqr'
import { type Html, html } from '../../lib/html.ts'

/**
 * A QR code as inline SVG, so that the policy needs no image source; dark on white in every colour scheme,
 * since many cameras read nothing else, with the quiet zone of four that ISO/IEC 18004 asks for.
 * Nothing where the text is too long for any code.
 */
export function qrCode(text: string, label: string): Html | undefined {
  const code = attempt(text)
  if (code === undefined) return undefined
  const path = code.data.flatMap((row, y) => runs(row, y)).join('')
  return html`<svg class="qr" viewBox="0 0 ${code.size} ${code.size}" width="200" height="200" role="img" aria-label="${label}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${code.size}v${code.size}H0z"/><path fill="#000" d="${path}"/></svg>`
}

function attempt(text: string): ReturnType<typeof encode> | undefined {
  try {
    return encode(text, { ecc: 'M', border: 4 })
  } catch {
    return undefined
  }
}

/** The dark modules of a row, each run of them as one rectangle. */
function runs(row: readonly boolean[], y: number): string[] {
  const found: string[] = []
  for (let x = 0; x < row.length; x++) {
    const from = x
    while (row[x]) x++
    if (x > from) found.push(`M${from} ${y}h${x - from}v1H${from}z`)
  }
  return found
}
