import type { MaybePromise } from "../../mailbox/index.js";
import type { EventRefusal } from "../../telemetry/index.js";
import type { Owner } from "./owner.js";

/** The result of a client's frame. */
export interface FrameResult {
  /** The reply, to which the diff is added. Default: the diff alone. */
  readonly response?: object;
  /** Why it had no effect. It is still answered, and reported to telemetry and the log. */
  readonly refused?: EventRefusal;
  /** What a handler of the application returned: may be a redirect. */
  readonly result?: unknown;
}

/** The payload of a client's frame. */
type FramePayload = Readonly<Record<string, unknown>>;

/** A feature's own kind of frame. It takes its turn in the mailbox of `root`, the view on whose topic it arrived. */
export interface ClientFrame {
  /**
   * Why the frame is refused whoever sends it: it names something that the page does not show, or its payload is malformed.
   * Checked before the view's policy, so that no code of the application runs for it.
   */
  refuses(root: Owner, payload: FramePayload): EventRefusal | undefined;
  /** Handles the frame, once session, size and the view's policy are checked. While the policy ran, the page may have changed. */
  handle(root: Owner, payload: FramePayload): MaybePromise<FrameResult>;
}

/** What a feature reads of the client's frames. `root` is the view on whose topic they arrived. */
export interface ClientFrames {
  /** The feature's own frames, by the client's name for them. */
  readonly frames: Readonly<Record<string, ClientFrame>>;
  /** The answers to refused frames, where the client needs more than an empty one. */
  readonly refusals: Readonly<Record<string, (payload: FramePayload) => object>>;
  /** Read what events carry beside their own value, by its key. Called once an event has passed the gate, before its handler. */
  readonly inEvents: Readonly<Record<string, (root: Owner, value: unknown) => void>>;
}

/** Declares what a feature reads of the client's frames. */
export function frames(declared: ClientFrames): ClientFrames {
  return declared;
}
