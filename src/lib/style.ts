/** The one style sheet, inline in every page and allowed by its hash. */
import { createHash } from 'node:crypto'

// Colours: text 4.5:1 at least, edges of fields and the focus ring 3:1, in both schemes (WCAG 2.2, 1.4.3 and 1.4.11).
export const css = `
:root {
  color-scheme: light dark;
  --ground: #e6eae8; --wall: #fcfdfc; --ink: #1a2224; --soft: #536062; --line: #d3d9d6; --field: #fff; --edge: #78847f;
  --accent: #0b5d57; --accent-deep: #07443f; --on-accent: #fff; --lamp: #d98e1f;
  --alarm: #9c2a1b; --alarm-ground: #fbeeeb; --code: #eef1ef;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0e1314; --wall: #1c2426; --ink: #e5ebe9; --soft: #a2aeac; --line: #333d3e; --field: #121819; --edge: #788583;
    --accent: #82cfc2; --accent-deep: #a8e2d8; --on-accent: #06201d; --lamp: #f2bb5c;
    --alarm: #ffb0a1; --alarm-ground: #35211d; --code: #242d2f;
  }
}
*, ::before, ::after { box-sizing: border-box; }
html { font: 100%/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; -webkit-text-size-adjust: 100%; }
body {
  margin: 0; min-height: 100vh; min-height: 100svh; padding: clamp(1.25rem, 9vh, 5.5rem) 1rem 2rem;
  display: flex; flex-direction: column; align-items: center;
  background: var(--ground); color: var(--ink); overflow-wrap: anywhere;
}
header, main, footer { width: 100%; max-width: 27rem; }
.wide header, .wide main, .wide footer { max-width: 35rem; }
header { display: flex; align-items: center; gap: .75rem; margin-bottom: 1.75rem; }
header svg { flex: none; width: 2.5rem; height: 2.5rem; color: var(--ink); }
header p { margin: 0; line-height: 1.3; }
header .place { font-size: .875rem; color: var(--soft); }
.lamp { fill: var(--lamp); }
.bars { stroke: currentColor; stroke-width: 1.5; }

main { position: relative; background: var(--wall); padding: 2rem 1.75rem; }
main::before {
  content: ""; position: absolute; left: 0; right: 0; bottom: 100%; height: .625rem; padding-left: 1.25rem;
  background:
    linear-gradient(var(--wall), var(--wall)) 0 0 / 1.25rem 100% no-repeat border-box,
    linear-gradient(90deg, transparent 40%, var(--wall) 40%) 0 0 / 2rem 100% round content-box;
}
main:has(> details:last-child:not([open])) { padding-bottom: 1rem; }
main > :first-child { margin-top: 0; }
main > :last-child { margin-bottom: 0; }
h1 { margin: 0 0 .75rem; font-size: 1.625rem; line-height: 1.2; letter-spacing: -.015em; font-weight: 650; text-wrap: balance; }
h2 { margin: 1.75rem 0 .5rem; font-size: 1rem; line-height: 1.3; font-weight: 650; }
p { margin: 0 0 1rem; }
ol, ul { margin: 0 0 1rem; padding-left: 1.25rem; }
li { margin-bottom: .375rem; padding-left: .25rem; }
li::marker { color: var(--soft); }
strong { font-weight: 650; }
a { color: var(--accent); text-underline-offset: .2em; text-decoration-thickness: 1px; }
a:hover { color: var(--accent-deep); text-decoration-thickness: 2px; }
code, pre, kbd { font-family: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", monospace; font-size: .875em; }
code { background: var(--code); padding: .1em .3em; border-radius: 3px; -webkit-box-decoration-break: clone; box-decoration-break: clone; }
pre { margin: 0 0 1rem; padding: .75rem .875rem; background: var(--code); border-radius: 4px; line-height: 1.5; white-space: pre-wrap; }
pre code { padding: 0; background: none; font-size: 1em; }
.soft { color: var(--soft); }
.small { font-size: .875rem; }

label { display: block; margin-bottom: .375rem; font-weight: 600; }
.field { margin: 0 0 1.125rem; }
.hint { margin: 0 0 .375rem; font-size: .875rem; color: var(--soft); }
input:not([type=checkbox]) {
  display: block; width: 100%; min-height: 2.875rem; padding: .5rem .75rem; font: inherit; color: inherit;
  background: var(--field); border: 1px solid var(--edge); border-radius: 4px;
}
input[aria-invalid] { border-color: var(--alarm); border-width: 2px; }
.code input { font-family: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", monospace; font-size: 1.5rem; letter-spacing: .3em; }
.check { display: flex; align-items: center; gap: .625rem; min-height: 2.75rem; margin: 0 0 .75rem; font-weight: 400; cursor: pointer; }
.check input { flex: none; width: 1.25rem; height: 1.25rem; margin: 0; accent-color: var(--accent); }
.button, button {
  display: inline-flex; align-items: center; justify-content: center; min-height: 2.875rem; padding: .5rem 1.25rem;
  font: inherit; font-weight: 600; text-align: center; text-decoration: none; cursor: pointer;
  color: var(--on-accent); background: var(--accent); border: 1px solid transparent; border-radius: 4px;
}
.button:hover, button:hover { color: var(--on-accent); background: var(--accent-deep); }
.second { color: var(--accent); background: none; border-color: var(--accent); }
.second:hover { color: var(--accent-deep); background: var(--code); }
.full { width: 100%; }
button.quiet { min-height: 2.75rem; padding: 0; color: var(--accent); background: none; border: 0; font-weight: 400; text-decoration: underline; text-underline-offset: .2em; text-decoration-thickness: 1px; }
button.quiet:hover { color: var(--accent-deep); background: none; text-decoration-thickness: 2px; }
.actions { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1.25rem; margin: 1.5rem 0; }
.actions a:not(.button) { display: inline-flex; align-items: center; min-height: 2.75rem; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }

.alarm { margin: 0 0 1.25rem; padding: .75rem 1rem; color: var(--alarm); background: var(--alarm-ground); border-left: 4px solid; font-weight: 500; }
.facts { display: grid; grid-template-columns: auto 1fr; gap: .25rem 1.25rem; margin: 1.25rem 0; padding: .875rem 0; border: solid var(--line); border-width: 1px 0; }
.facts dt { color: var(--soft); }
.facts dd { margin: 0; }
details { margin: 1.75rem 0 0; border-top: 1px solid var(--line); }
summary { display: flex; align-items: center; gap: .625rem; min-height: 2.75rem; margin-top: .5rem; padding: .25rem 0; line-height: 1.35; color: var(--soft); cursor: pointer; list-style: none; }
summary::-webkit-details-marker { display: none; }
summary::before { content: ""; flex: none; width: .5rem; height: .5rem; border: solid; border-width: 0 2px 2px 0; transform: rotate(-45deg); }
details[open] > summary::before { transform: rotate(45deg); }
details[open] { padding-bottom: .25rem; }
details > :last-child { margin-bottom: 0; }
summary:hover { color: var(--ink); }
.rule { margin: 1.75rem 0 0; padding-top: .75rem; border-top: 1px solid var(--line); }
.rule form { display: inline; }
.qr { display: block; width: 12.5rem; max-width: 100%; height: auto; margin: 1rem 0; border-radius: 4px; }
.secret { display: flex; flex-wrap: wrap; gap: .25rem .75rem; padding: .625rem .75rem; background: var(--code); border-radius: 4px; user-select: all; -webkit-user-select: all; }
.secret span { font: 1.0625rem/1.5 ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", monospace; letter-spacing: .06em; }
footer { margin-top: 1rem; padding: 0 .125rem; font-size: .875rem; color: var(--soft); }
footer p { margin: 0; }
footer code { background: none; padding: 0; color: var(--ink); }

.tiny { justify-content: center; padding: 1rem; }
.tiny main { max-width: 20rem; padding: 1.25rem; text-align: center; }
.tiny h1 { font-size: 1.125rem; margin-bottom: .375rem; }
.sheet header, .sheet main, .sheet footer { max-width: 46rem; }
.sheet section { margin: 2.25rem 0 0; padding-top: .25rem; border-top: 1px solid var(--line); }
.sheet h2 { margin: 1rem 0 .5rem; font-size: 1.125rem; }
.sheet main > .facts { border-bottom: 0; margin-bottom: 0; }
.sheet section > :last-child { margin-bottom: 0; }
.sheet section .facts { margin: .5rem 0 1rem; padding: 0; border: 0; }
.copy { user-select: all; -webkit-user-select: all; cursor: copy; }
.beware { padding: .625rem .875rem; border-left: 4px solid var(--lamp); background: var(--code); }
.beware code { background: none; padding: 0; font-weight: 600; }

@media (max-width: 26rem) {
  main { padding: 1.5rem 1.25rem; }
  .facts { grid-template-columns: 1fr; gap: 0; }
  .facts dd + dt { margin-top: .5rem; }
}
@media (prefers-reduced-motion: no-preference) {
  .button, button, input { transition: background-color .12s, border-color .12s; }
}
@media print {
  body { --ground: #fff; --wall: #fff; --ink: #000; --soft: #333; --line: #999; --code: #f3f3f3; --accent: #000; --alarm: #000; --alarm-ground: #fff; }
  html { font-size: 10.5pt; }
  body { color-scheme: light; display: block; padding: 0; }
  .sheet header, .sheet main, .sheet footer { max-width: none; padding: 0; }
  main::before { content: none; }
  h2 { break-after: avoid; }
  pre, .beware, .alarm, .facts { break-inside: avoid; }
  pre { border: 1px solid var(--line); }
}
@media (forced-colors: active) {
  main { border: 1px solid; }
  .button { border-color: LinkText; }
}
`

/** Base64 of the style's SHA-256, for the Content-Security-Policy (CSP level 3, hash-source). */
export const styleHash: string = createHash('sha256').update(css).digest('base64')
