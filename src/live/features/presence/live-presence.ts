import type { PresenceEntry } from "./roster.js";

/** Who is present on a topic, as an assign. A new value replaces it at each change. */
export interface LivePresence<M extends object, E = PresenceEntry<M>> {
  /** Everybody on the topic, on all nodes, ordered by key; with `fetch`, what it returned. */
  readonly list: readonly E[];
  /** What the others see of this view. */
  readonly meta: M;
  /** Whether the others see this view: false during the GET, and after `socket.untrackPresence`. */
  readonly tracked: boolean;
  /** True until `fetch` has answered for the first time; without it always false. */
  readonly loading: boolean;
}
