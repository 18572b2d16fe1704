import { document, type Html, html } from '../../lib/html.ts'
import { link, mark, name } from '../../lib/page.ts'
import type { Step } from '../types.ts'
import type { Sheet } from './sheet.ts'
import {
  checkedLine,
  EXAMPLE,
  maskedText,
  numbered,
  pieces,
  SETTINGS,
  SETTINGS_TEXT,
  SHOWN,
  settingText,
} from './text.ts'

const prose = (text: string): Html =>
  html`${pieces(text).map(piece => (piece.code ? html`<code>${piece.text}</code>` : piece.text))}`

/** One click takes all of it (user-select), since there is no script. */
const copied = (text: string): Html => html`<code class="copy">${text}</code>`

const block = (text: string): Html => html`<pre class="copy"><code>${text.replace(/\n$/, '')}</code></pre>
`

const list = (rows: readonly (readonly [string, string])[]): Html => html`<dl class="facts">
${rows.map(([label, value]) => html`<dt>${label}</dt><dd>${value !== '' && copied(value)}</dd>\n`)}</dl>
`

function stepHtml(number: number, step: Step): Html {
  const { title, text, file, commands, fields, beware } = step
  return html`<section class="step">
<h2>${number}. ${prose(title)}</h2>
${text !== undefined && html`<p>${prose(text)}</p>\n`}${
  file !== undefined && html`<p class="hint">In <code>${file.path}</code>:</p>\n${block(file.content)}`
}${commands !== undefined && block(commands.join('\n'))}${fields !== undefined && list(fields)}${
  beware !== undefined && html`<p class="beware"><strong>Beware:</strong> ${prose(beware)}</p>\n`
}</section>
`
}

/** The sheet as one page that needs nothing else: no script, no picture, nothing fetched. */
export function htmlSheet(sheet: Sheet): string {
  const { app, title, facts, masked, warnings, steps, checked } = sheet
  return document({
    title: `${title}: ${app} – setup sheet`,
    className: 'wide sheet',
    sealed: true,
    body: html`<header>
${mark('open')}
<p><strong>Gatehouse</strong><br><span class="place">Setup sheet</span></p>
</header>
<main>
<h1>${title}: ${name(app)}</h1>
<p class="soft">Signs in by ${sheet.signsIn}. A click on a value selects all of it.</p>
${sheet.example && html`<p>${EXAMPLE}</p>\n`}${
  sheet.showsSecret && html`<p class="alarm">${SHOWN}</p>\n`
}${warnings.map(text => html`<p class="alarm">${prose(text)}</p>\n`)}${list(facts)}${
  masked !== undefined && html`<p>${prose(maskedText(masked.placeholder, masked.command))}</p>\n`
}${numbered(steps).map(([number, step]) => stepHtml(number, step))}${
  sheet.settings.length > 0 &&
  html`<section>
<h2>${SETTINGS}</h2>
<p>${prose(SETTINGS_TEXT)}</p>
<ul>
${sheet.settings.map(each => html`<li><code>${each.name}</code>: ${prose(settingText(each))}</li>\n`)}</ul>
</section>
`
}</main>
<footer>
<p>${checkedLine(checked)}: ${checked.sources.map((source, index) => html`${index > 0 && ', '}${link(source, source) ?? source}`)}.${
      checked.unsure !== undefined && html` Not checked: ${prose(checked.unsure)}`
    }</p>
</footer>`,
  })
}
