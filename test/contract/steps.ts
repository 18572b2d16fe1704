/** What happened between the recorded exchanges: logins, time that passed, edits of the users file. */
import type { Group } from './exchange.ts'
import { codeAt, enrol, login } from './logins.ts'
import { send } from './raw-client.ts'
import type { Subject } from './subject.ts'

export interface Stage {
  readonly subject: Subject
  /** Recorded cookie values and placeholders, and what is sent in their place. */
  readonly sessions: Map<string, string>
  /** Of alice's device. */
  secret: string | undefined
}

/** Recorded sessions whose login was not recorded, and whose they are. */
export const PREPARED: Readonly<Record<string, string>> = {
  'MkeS2lf4T2Q!dn9Z6OtuuLDtWfKXA*gx': 'alice',
  'kWwPSHhPO5XOP3L4y2yGCb-*Zd0dC4NB': 'alice',
  'Uh*-DOvMdTPs0KYqt66j55BY*f7aRde0': 'alice',
  'XDQn*AfdXv^CQ^BFfL9sWXRsSC35wyLq': 'alice',
  'NFQSP9cbn%D!FSAteE7z!93Sb8e4R_GI': 'alice',
  'dLqgfbY#mSv9jwJ_Hn7X$G8*TwCbXekJ': 'alice',
  'OGILo*XPLFBtnmhFb9$o1NFo*m#83EKk': 'alice',
  'SztCgi9nK0Y9tR*bVdfJQ-ZogCE6UGxw': 'trudy',
  'pDPBkFQTMBlnWtINOR#9R7!tlWOcckDs': 'dave',
}

/** Does what happened before an exchange; may give the body that is sent instead of the recorded one. */
type Step = (stage: Stage) => Promise<string | undefined>

const INJECT = `  inject:
    displayname: "Evil\\r\\nRemote-User: admin"
    password: '$argon2id$v=19$m=32,t=1,p=1$pSPZKa4cXRBsAC037xLixQ$7IbUEGYYajEjYWj3dcs/LAo1t5sW2mj9bt63pW/wLPI'
    email: a@b.test
    groups: [users, "x\\r\\nRemote-Groups: admins"]
`

const pass =
  (ms: number): Step =>
  async ({ subject }) => {
    await subject.pass(ms)
    return undefined
  }

/** Asks once a second, so that a session is used, or is not. */
async function poll(stage: Stage, session: string, path: string, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    await stage.subject.pass(1000)
    await send(stage.subject.server, {
      method: 'GET',
      path,
      headers: [
        ['Host', '127.0.0.1'],
        ['X-Forwarded-Proto', 'https'],
        ['X-Forwarded-Host', 'one.example.test:9443'],
        ['X-Forwarded-URI', '/'],
        ['X-Forwarded-Method', 'GET'],
        ['Cookie', `authelia_session=${session}`],
      ],
      body: null,
    })
  }
}

/** A login that the recording does not show, just before its session is used. */
async function fresh(stage: Stage, recorded: string, user: string): Promise<string> {
  const session = await login(stage.subject, user)
  stage.sessions.set(recorded, session)
  return session
}

async function editUsers({ subject }: Stage, edit: (text: string) => string): Promise<undefined> {
  await subject.editUsers?.(edit)
}

const expiry = (rest: string) => `expiry(inactivity=4s,expiration=10s)/${rest}`

const enrolAlice: Step = async stage => {
  const { session, secret } = await enrol(stage.subject, 'alice')
  stage.secret = secret
  stage.sessions.set('{alice:2fa}', session)
  await stage.subject.pass(30_000)
  return undefined
}

export const BEFORE: Partial<Record<Group, Readonly<Record<string, Step>>>> = {
  misc: {
    '(start)': async stage => {
      await editUsers(stage, text => text + INJECT)
      const session = await login(stage.subject, 'inject', 'alice-password')
      stage.sessions.set('2Q2fveIrOEHara#S_yqmwZce$1zvpInd', session)
      return undefined
    },
  },
  totp: {
    'totp/state after registration (still 1fa?)': enrolAlice,
    'totp/POST totp good targetURL two': async ({ subject, secret = '' }) =>
      `{"token": "${codeAt(secret, subject.now())}", "targetURL": "https://two.example.test:9443/x"}`,
    'totp/POST totp replay': async ({ subject, secret = '' }) =>
      `{"token": "${codeAt(secret, subject.now())}"}`,
  },
  logout: { '(start)': enrolAlice },
  regulation: { 'regulation/mallory good after ban_time': pass(21_000) },
  refresh: {
    'refresh/dave after group change (0.0s later)': stage =>
      editUsers(stage, text => text.replace('groups: [dev]', 'groups: [dev, newgroup]')),
    'refresh/dave after removal (0.0s later)': stage =>
      editUsers(stage, text => text.replace(/ {2}dave:\n( {4}.*\n)+/, '')),
  },
  expiry: {
    [expiry('t=3 (active)')]: pass(3000),
    [expiry('t=6 (3s idle)')]: pass(3000),
    [expiry('t=11 (5s idle > inactivity)')]: pass(5000),
    [expiry('polling every 1s: lost after never (26s) s')]: async stage => {
      const session = await fresh(stage, 'Xul%EjQ3zfZAf$pRoAn5SKBKd^NFOJ*X', 'alice')
      await poll(stage, session, '/api/authz/forward-auth', 26)
      return undefined
    },
    [expiry('polling /api/state every 1s: lost after never s')]: async stage => {
      const session = await fresh(stage, 'zT#kvhOHNsi%iuKsHQYtHJTKfSccHuE1', 'alice')
      await poll(stage, session, '/api/state', 8)
      return undefined
    },
    [expiry('inactive cookie on public (bypass)')]: async stage => {
      await fresh(stage, 'dXbOij7G1uibmF^A$9pMQdB2*NAJLJES', 'alice')
      return pass(5000)(stage)
    },
    [expiry('inactive cookie: portal /api/state BEFORE any authz')]: async stage => {
      await fresh(stage, '1%*EKbSEjzb-Btck-cu-%IimCRuHMyfk', 'bob')
      return pass(5000)(stage)
    },
    [expiry('keepMeLoggedIn after 12s idle')]: pass(12_000),
  },
}
