import type { PresenceTracker } from "../../presence/index.js";
import type { Lease, PubSub } from "../../pubsub/index.js";
import type { Keyring, Limits, SubmissionStore } from "../../security/index.js";

/** What every view of an endpoint shares. */
export interface LiveContext {
  readonly keyring: Keyring;
  readonly limits: Limits;
  readonly pubsub: PubSub;
  /** Who is present, on all nodes. */
  readonly presences: PresenceTracker;
  /** This node's lease, if there are several nodes. */
  readonly lease: Lease | undefined;
  /** Which form submissions were answered. */
  readonly submissions: SubmissionStore;
  /** Origins that `redirect(…, { external: true })` may lead to. */
  readonly externalOrigins: readonly string[];
  /** Whether to look for mistakes that are silent in production. */
  readonly development: boolean;
  /** Receives internal errors and warnings, never what a user typed. */
  readonly log: (message: string, details: Readonly<Record<string, unknown>>) => void;
}
