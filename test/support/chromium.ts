/** A real Chromium that knows nothing but this computer and trusts one authority. */
import { createHash, X509Certificate } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { find } from './programs.ts'

interface Teardown {
  teardown(fn: () => unknown): void
}

/** The authority's public key as Chromium's option wants it: base64 of the SHA-256 of its SubjectPublicKeyInfo. */
function pin(pem: string): string {
  const key = new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(key).digest('base64')
}

/** Starts it, headless; it ends with the test. @param leaf the certificate of the server, in PEM: no other error is forgiven; absent: none */
export async function openChromium(t: Teardown, leaf?: string): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: find('chromium') ?? 'chromium',
    args: [
      // Chromium will not sandbox root, and CI is root.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-quic',
      '--no-first-run',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...(leaf === undefined ? [] : [`--ignore-certificate-errors-spki-list=${pin(leaf)}`]),
    ],
  })
  t.teardown(() => browser.close())
  return browser
}

/** A person's browser: cookies of its own, a window of a usual size. */
export function person(
  browser: Browser,
  options: { javaScriptEnabled?: boolean; colorScheme?: 'light' | 'dark' } = {},
): Promise<BrowserContext> {
  return browser.newContext({ viewport: { width: 1000, height: 720 }, ...options })
}

/**
 * Resolves when an expression of the page is true. Asked from here, since waitForFunction asks by eval inside the
 * page, which a Content-Security-Policy forbids.
 */
export async function until(page: Page, expression: string): Promise<void> {
  while ((await page.evaluate(expression)) !== true) await page.waitForTimeout(50)
}

/** Presses the button of a page that asks whether to sign out, and waits for the answer: going elsewhere at once would take the click back. */
export async function signOut(page: Page): Promise<void> {
  const answered = page.waitForEvent('framenavigated')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await answered
  await page.waitForLoadState()
}

/** Keeps a picture of a page where SCREENSHOTS names a folder. */
export async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS
  if (folder === undefined || folder === '') return
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`), timeout: 10_000 })
}
