/** What `npm run bench` can be told. */
import { parseArgs } from 'node:util'

export interface Options {
  readonly rounds: number
  /** Of one contender in one round. */
  readonly seconds: number
  /** Of load before the first round. */
  readonly warm: number
  /** Ids of contenders and parts; undefined: all. */
  readonly only: readonly string[] | undefined
  readonly quick: boolean
  /** Every request has the headers that a browser sends. */
  readonly browser: boolean
  /** Nobody is held to a core. */
  readonly share: boolean
  readonly readme: boolean
  readonly help: boolean
}

/** What else is measured, beside the contenders. */
export const PARTS: readonly string[] = ['scale', 'streams', 'start']

export class OptionFault extends Error {
  override name = 'OptionFault'
}

function whole(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise
  const number = Number(text)
  if (/^\d+$/.test(text) && number >= 1 && number <= 1000) return number
  throw new OptionFault(`--${name} is a whole number from 1 to 1000, not ${text}`)
}

/** @param ids of the contenders that there are. @throws OptionFault, or parseArgs's own error */
export function readOptions(args: readonly string[], ids: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      browser: { type: 'boolean', default: false },
      share: { type: 'boolean', default: false },
      only: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      readme: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const { quick, browser, share, readme, help } = values
  const only = values.only?.split(',').filter(name => name !== '')
  for (const name of only ?? [])
    if (![...ids, ...PARTS].includes(name))
      throw new OptionFault(`--only knows no ${name}; it knows ${[...ids, ...PARTS].join(', ')}`)
  if (readme && (quick || browser || share || only !== undefined))
    throw new OptionFault(
      '--readme goes with a whole run only: without --quick, --browser, --share and --only',
    )
  return {
    rounds: whole('rounds', values.rounds, quick ? 2 : 5),
    seconds: whole('seconds', values.seconds, quick ? 1 : 5),
    warm: quick ? 2 : 6,
    only,
    quick,
    browser,
    share,
    readme,
    help,
  }
}

export const HELP = (ids: readonly string[]): string => `npm run bench -- [options]

Gatehouse beside its peers, in one run on one machine. A table on stdout, JSON and a plot in bench/results.

  --quick        short rounds, to see that everything works; the figures are not worth keeping
  --only NAMES   some of it, with commas between: ${ids.join(', ')};
                 ${PARTS.join(', ')}. Raw NGINX always runs, as the measure
  --browser      requests have the headers of a Chromium that opens a page, instead of three
  --share        generator, contenders and app share all cores, as the system has it
  --rounds N     rounds (5)
  --seconds N    of each contender in each round (5)
  --readme       after a whole run, writes the figures into README.md
  --help         this
`
