import type { PubSub } from "../pubsub/index.js";
import type { Keyring, Limits } from "../security/index.js";
import type { CrashBudget } from "./crash-budget.js";
import type { LiveView } from "./view.js";

/** What every view of an endpoint shares. */
export interface LiveContext {
  readonly keyring: Keyring;
  readonly limits: Limits;
  readonly pubsub: PubSub;
  /** Sticky nested views by their name: they join again without a parent that knows them. */
  readonly stickyViews: Map<string, LiveView>;
  /** Whether one of the files that a page tracks, as its client names them, is another one by now. */
  readonly staticChanged: (tracked: unknown) => boolean;
  /** Which pages crash too often to be tried again. */
  readonly crashes: CrashBudget;
  /** Origins that `redirect(…, { external: true })` may lead to. */
  readonly externalOrigins: readonly string[];
  /** Whether a 403 at this path is to look like a 404 to its user. */
  readonly hidesForbidden: (path: string) => boolean;
  /** Told of what goes wrong inside; never of what a user typed. */
  readonly log: (message: string, details: Readonly<Record<string, unknown>>) => void;
}
