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

/** What a frame of the client brings. */
export type FramePayload = Readonly<Record<string, unknown>>;

/** A frame of a feature's own. It takes its turn in the mailbox of `root`, the view that it came to. */
export interface ClientFrame {
  /**
   * Why the frame is refused whoever sends it: what it names does not stand in the page, or its payload makes no sense. Asked
   * before the view's policy, so that nothing of the application runs for what nobody can mean.
   */
  refuses(root: Owner, payload: FramePayload): EventRefusal | undefined;
  /** Acts, when session, size and the view's policy have been checked. What was there before the policy may have gone meanwhile. */
  handle(root: Owner, payload: FramePayload): MaybePromise<FrameResult>;
}

/** What a feature reads of what the client sends. `root` is the view that it came to. */
export interface ClientFrames {
  /** Frames of the feature's own, by the client's name for them. */
  readonly frames: Readonly<Record<string, ClientFrame>>;
  /** How a frame is answered that was refused, where the client needs more than an empty answer. */
  readonly refusals: Readonly<Record<string, (payload: FramePayload) => object>>;
  /** What events bring beside their own value, by its key. Read when the event has passed the gate, before its handler. */
  readonly inEvents: Readonly<Record<string, (root: Owner, value: unknown) => void>>;
}

/** Declares what a feature reads of the client's frames. */
export function frames(declared: ClientFrames): ClientFrames {
  return declared;
}
