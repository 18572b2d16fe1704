/** A real app behind the gateway, set as its setup sheet says. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import process from 'node:process'
import type { Test } from 'tap'
import type { Step } from '../../src/catalog/types.ts'
import type { Browser } from '../../src/demo/browser.ts'
import { freePort } from '../../src/demo/port.ts'
import { sheetOf } from '../../src/deploy/sheets.ts'
import { readEverything } from '../../src/server/reading.ts'
import { browserIn, type House, logIn, openHouse, serve } from './house.ts'

export interface AppHome {
  readonly house: House
  /** Where the app has to listen. */
  readonly port: number
  readonly steps: readonly Step[]
  /** What the sheet says of a file, each step that names it. */
  files(path: string): readonly string[]
  /** Writes what it says as one file, into a folder of the test's own, with more lines behind it. @returns its path */
  write(path: string, more?: string): string
  /** Starts the gateway. */
  serve(): Promise<void>
  /** A browser in which somebody is signed in. */
  signedIn(user: string): Promise<Browser>
  stranger(): Browser
}

/** @param more further keys of the app, as in gatehouse.yml on one line */
export async function openAppHome(t: Test, kind: string, more = ''): Promise<AppHome> {
  const port = await freePort(0)
  const house = await openHouse(t, {
    apps: `  box: { kind: ${kind}, upstream: 'http://127.0.0.1:${port}'${more} }\n`,
  })
  const { config } = readEverything(house.file, process.cwd(), Date.now)
  const steps = (config && sheetOf(config, 'box')?.steps) ?? []
  const files = (path: string): readonly string[] => {
    const found = steps.flatMap(step => (step.file?.path === path ? [step.file.content] : []))
    if (found.length === 0) throw new Error(`the sheet of ${kind} has no file ${path}`)
    return found
  }
  return {
    house,
    port,
    steps,
    files,
    write(path, text = '') {
      const at = join(house.folder, 'app', path.replace(/^[~/]+/, ''))
      mkdirSync(dirname(at), { recursive: true })
      writeFileSync(at, `${files(path).join('\n')}\n${text}`)
      return at
    },
    serve: async () => void (await serve(t, house)),
    async signedIn(user) {
      const browser = browserIn(t, house)
      await logIn(browser, house, user, house.at('auth'))
      return browser
    },
    stranger: () => browserIn(t, house),
  }
}

/** Waits until the app answers on its own port; it says nothing that could be waited for. */
export async function answers(port: number, path = '/'): Promise<void> {
  for (let n = 0; n < 600; n++) {
    const there = await fetch(`http://127.0.0.1:${port}${path}`, { redirect: 'manual' }).then(
      answer => answer.status < 500,
      () => false,
    )
    if (there) return
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  throw new Error(`nothing answers on port ${port}`)
}
