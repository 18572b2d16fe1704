/** The one style sheet, inline in every page and allowed by its hash. */
import { createHash } from 'node:crypto'

export const css = `
:root {
  color-scheme: light dark;
  --ground: #e8ebe9; --wall: #fcfdfb; --ink: #1b2325; --soft: #566163; --line: #c3cac7; --field: #fff; --edge: #75807f;
  --accent: #0c5f59; --accent-hover: #084a45; --on-accent: #fff; --lamp: #e2a33a; --alarm: #a12c1c; --alarm-ground: #fbedea;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0f1415; --wall: #1a2122; --ink: #e6ebe9; --soft: #a3aeac; --line: #364041; --field: #121818; --edge: #7d8987;
    --accent: #7fcdc0; --accent-hover: #a4e0d5; --on-accent: #06201d; --lamp: #f0b955; --alarm: #ffab9c; --alarm-ground: #33201d;
  }
}
*, ::before, ::after { box-sizing: border-box; }
html { font: 100%/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; -webkit-text-size-adjust: 100%; }
body { margin: 0; min-height: 100vh; min-height: 100svh; padding: 1.5rem 1rem 2rem; display: flex; flex-direction: column; align-items: center; background: var(--ground); color: var(--ink); overflow-wrap: anywhere; }
`

/** Base64 of the style's SHA-256, for the Content-Security-Policy (CSP level 3, hash-source). */
export const styleHash: string = createHash('sha256').update(css).digest('base64')
