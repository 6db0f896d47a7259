import { HoldfastError } from "../../../errors/index.js";
import { ownerOf, socketPart, type NamesOf, type Owner } from "../../socket/index.js";
import type { LivePresence } from "./live-presence.js";
import { Presences } from "./presences.js";

/** The names of the assigns that are presences. */
type PresenceNames<A> = NamesOf<A, LivePresence<object, unknown>>;
/** What the others see of such a presence. */
type PresenceMeta<S> = S extends LivePresence<infer M, unknown> ? M : never;

/** The socket's methods for presences. */
export interface PresenceSocket<A extends object> {
  /**
   * Changes what the others see of this view: the whole meta, or a function of the previous one. A view that was untracked is
   * tracked again.
   *
   * @throws HoldfastError `payload_not_data`, `presence_misuse`
   * @example
   * socket.updatePresence("online", (meta) => ({ ...meta, typing: true }));
   */
  updatePresence<K extends PresenceNames<A>>(name: K, meta: PresenceMeta<A[K]> | ((meta: PresenceMeta<A[K]>) => PresenceMeta<A[K]>)): void;
  /**
   * Leaves: the others no longer see this view, which keeps showing who is there.
   *
   * @throws HoldfastError `presence_misuse`
   */
  untrackPresence(name: PresenceNames<A>): void;
}

export const presenceSocket = socketPart({
  updatePresence(name: string, meta: object | ((meta: object) => object)): void {
    const owner = ownerOf(this);
    if (owner.ended || !owner.view.mayRun()) return;
    const change = typeof meta === "function" ? (meta as (meta: object) => object) : () => meta;
    if (owner.peek(Presences)?.update(name, change) !== true) throw noPresence(owner, name);
  },
  untrackPresence(name: string): void {
    const owner = ownerOf(this);
    if (owner.ended || !owner.view.mayRun()) return;
    if (owner.peek(Presences)?.untrack(name) !== true) throw noPresence(owner, name);
  },
});

function noPresence(owner: Owner, name: string): HoldfastError {
  return new HoldfastError("presence_misuse", {
    what: `There is no presence "${name}" in the view "${owner.view.name}".`, expected: "the name of an assign that is a presence",
    got: Object.hasOwn(owner.assigns, name) ? "another assign" : "no such assign",
    fix: `mount: () => ({ ${name}: presence("room:7", { key, meta }) })`,
  });
}
