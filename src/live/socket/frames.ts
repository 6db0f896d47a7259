import type { MaybePromise } from "../../mailbox/index.js";
import type { EventRefusal } from "../../telemetry/index.js";
import type { Owner } from "./owner.js";

/** The result of a client's frame. */
export interface FrameResult {
  /** The reply, to which the diff is added. Default: the diff alone. */
  readonly response?: object;
  /** Why it had no effect. It is answered all the same, and reported to telemetry and the log. */
  readonly refused?: EventRefusal;
  /** What a handler of the application returned: may be a redirect. */
  readonly result?: unknown;
}

/** What a feature reads of the client's frames. `root` is the view that received them. */
export interface ClientFrames {
  /**
   * The feature's own frames, by the client's name for them. They run in the view's mailbox, after session, size and the
   * view's policy have been checked; each checks itself whether the page shows what it names.
   */
  readonly frames: Readonly<Record<string, (root: Owner, payload: Readonly<Record<string, unknown>>) => MaybePromise<FrameResult>>>;
  /** The reply to a refused frame, if the client needs more than an empty one. */
  readonly refusals: Readonly<Record<string, (payload: Readonly<Record<string, unknown>>) => object>>;
  /** Extra data of events, by its key. Read once the event has passed the gate, before its handler. */
  readonly inEvents: Readonly<Record<string, (root: Owner, value: unknown) => void>>;
}

/** Declares what a feature reads of the client's frames. */
export function frames(declared: ClientFrames): ClientFrames {
  return declared;
}
