/** What the first process and its workers tell each other, in memory alone: it holds sessions. Types only. */
import type { Config } from '../../config/model.ts'
import type { Level } from '../logs.ts'

/** Where the built-in portal answers, in the first process. */
export interface PortalSockets {
  readonly gateway: string
  readonly browsers: string
}

/** What one worker has all others know, or asks them. */
export type News =
  /** Forget all verdicts of a session. */
  | { readonly kind: 'forget'; readonly session: string }
  /** Keep no verdict of a session for a while: its logout is on the way. */
  | { readonly kind: 'hold'; readonly session: string }
  /** When was it last used with you? */
  | { readonly kind: 'used'; readonly session: string }
  /** The portal set `heir` in its place. */
  | { readonly kind: 'follows'; readonly session: string; readonly heir: string }

/** What comes back. */
export interface Heard {
  /** Whether every other worker has done it, or is no more. */
  readonly all: boolean
  /** The latest time that one of them told, clock milliseconds; 0 for none. */
  readonly used: number
}

/** What a worker is asked to do; it answers each with `done`. */
export type Ask =
  /** Comes first. */
  | { readonly kind: 'begin'; readonly worker: number; readonly secret: Uint8Array }
  /** Make everything ready that a configuration needs; undo what was prepared before, if it never came into force. */
  | { readonly kind: 'prepare'; readonly config: Config; readonly portal: PortalSockets | undefined }
  /** Read the certificates of the configuration in force anew, and have them ready. */
  | { readonly kind: 'renew' }
  /** From now on serve what was prepared, on the sockets that came. */
  | { readonly kind: 'commit' }
  /** What was prepared will not be. */
  | { readonly kind: 'abort' }
  /** Take no more connections by these listeners, and let go of their sockets. */
  | { readonly kind: 'leave'; readonly places: readonly string[] }
  /** Take connections again by those listeners of the configuration in force that were left. */
  | { readonly kind: 'resume' }
  | News
  /** Finish what is in flight, cut what is left after `limit` milliseconds, and end. */
  | { readonly kind: 'stop'; readonly limit: number }

/** A listening socket; the handle travels with it. */
export interface Socket {
  readonly kind: 'socket'
  /** Of the listener that it is for, by `placesOf`. */
  readonly place: string
  readonly unix: boolean
}

export type ToWorker = (Ask & { readonly id: number }) | Socket | Done

/** @property fault: why it could not be done, in words; `hint`: what to do about it */
export interface Done {
  readonly kind: 'done'
  readonly id: number
  readonly fault?: { readonly message: string; readonly hint?: string | undefined }
  /** For `stop`: something had to be cut. */
  readonly cut?: boolean
  /** For `used`: when, clock milliseconds. */
  readonly used?: number
}

/** News for all the others; answered with `done` when they all have it. */
export interface Spread {
  readonly kind: 'spread'
  readonly id: number
  readonly news: News
}

export type FromWorker =
  | { readonly kind: 'up' }
  | Done
  | Spread
  | { readonly kind: 'log'; readonly level: Level; readonly fields: object; readonly message: string }
