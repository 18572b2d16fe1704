/** Clients that come to trust an authority as a person would make them, and visit an address. */
import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { chromium } from 'playwright-core'
import type { Test } from 'tap'
import { find } from '../../support/programs.ts'

/** What the page of a host says, or what went wrong. */
export type Visit = (host: string) => Promise<string>

export interface Place {
  /** The authority's certificate, a file in PEM. */
  readonly authority: string
  readonly port: number
  /** Hosts that are to be found at 127.0.0.1. */
  readonly hosts: readonly string[]
}

export interface Client {
  readonly name: string
  readonly programs: readonly string[]
  /** Whether it heeds the name constraints of an authority that it was told to trust; RFC 5280, 6.2, leaves it free. */
  readonly constrained: boolean
  open(t: Test, place: Place): Promise<Visit>
}

const run = promisify(execFile)

async function say(file: string, args: readonly string[]): Promise<string> {
  try {
    return (await run(file, [...args], { timeout: 30_000 })).stdout.trim()
  } catch (error) {
    return String((error as { stderr?: string }).stderr ?? error)
  }
}

const PHP = `set_error_handler(function ($code, $why) { echo $why, PHP_EOL; });
[, $host, $port, $ca] = $argv;
$tls = ['cafile' => $ca, 'peer_name' => $host];
$at = stream_socket_client("ssl://127.0.0.1:$port", $code, $why, 5, STREAM_CLIENT_CONNECT, stream_context_create(['ssl' => $tls]));
if ($at === false) exit;
fwrite($at, "GET / HTTP/1.0\\r\\n\\r\\n");
echo substr(stream_get_contents($at), -4);`

const JAVA = `public class Visit {
  public static void main(String[] args) throws Exception {
    for (String at : args) {
      try (var page = new java.net.URL(at).openStream()) { System.out.println(new String(page.readAllBytes())); }
      catch (java.io.IOException refused) { System.out.println(refused); }
    }
  }
}`

export const CLIENTS: readonly Client[] = [
  {
    name: 'curl',
    programs: ['curl'],
    constrained: true,
    open:
      async (_t, { authority, port }) =>
      host =>
        say('curl', [
          '-sS',
          '--cacert',
          authority,
          '--resolve',
          `${host}:${port}:127.0.0.1`,
          `https://${host}:${port}/`,
        ]),
  },
  {
    name: 'PHP',
    programs: ['php'],
    constrained: true,
    open:
      async (_t, { authority, port }) =>
      host =>
        say('php', ['-r', PHP, '--', host, String(port), authority]),
  },
  {
    name: 'Java',
    programs: ['java', 'javac', 'keytool'],
    constrained: false,
    async open(t, { authority, port, hosts }) {
      const folder = t.testdir({
        'Visit.java': JAVA,
        hosts: hosts.map(host => `127.0.0.1 ${host}\n`).join(''),
      })
      const trust = join(folder, 'trust')
      const password = 'changeit'
      const store = ['-keystore', trust, '-storepass', password, '-file', authority]
      execFileSync('keytool', ['-importcert', '-noprompt', '-alias', 'gatehouse', ...store], {
        stdio: 'ignore',
      })
      const ssl = [`-Djavax.net.ssl.trustStore=${trust}`, `-Djavax.net.ssl.trustStorePassword=${password}`]
      const flags = [...ssl, `-Djdk.net.hosts.file=${join(folder, 'hosts')}`]
      const at = hosts.map(host => `https://${host}:${port}/`)
      // One start for all hosts: a machine of Java's takes its time.
      const said = (await say('java', [...flags, join(folder, 'Visit.java'), ...at])).split('\n')
      return async host => said[hosts.indexOf(host)] ?? said.join('\n')
    },
  },
  {
    name: 'Chromium',
    programs: ['chromium', 'certutil'],
    constrained: true,
    async open(t, { authority, port }) {
      const home = t.testdir()
      const database = `sql:${join(home, '.pki/nssdb')}`
      mkdirSync(join(home, '.pki/nssdb'), { recursive: true })
      const nss = (...args: string[]) => execFileSync('certutil', ['-d', database, ...args])
      nss('-N', '--empty-password')
      nss('-A', '-t', 'C,,', '-n', 'gatehouse', '-i', authority)
      const browser = await chromium.launch({
        executablePath: find('chromium') ?? 'chromium',
        env: { ...process.env, HOME: home },
        args: [
          // Chromium will not sandbox root, and CI is root.
          ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
          '--disable-quic',
          '--disable-gpu',
          '--disable-background-networking',
          '--host-resolver-rules=MAP * 127.0.0.1',
        ],
      })
      t.teardown(() => browser.close())
      return async host => {
        const page = await browser.newPage()
        try {
          await page.goto(`https://${host}:${port}/`)
          return (await page.textContent('body'))?.trim() ?? ''
        } catch (error) {
          return String(error)
        } finally {
          await page.close()
        }
      }
    },
  },
]
