import { isPromise } from "../../../mailbox/index.js";
import { PRESENCE_DIFF, type Meta, type Presence, type PresenceList } from "../../../presence/index.js";
import type { Subscription } from "../../../pubsub/index.js";
import { Feature, type Owner } from "../../socket/index.js";
import type { LivePresence } from "./live-presence.js";
import { rosterOf, type FetchPresences } from "./roster.js";

/** Where a view wants to be present, and as whom. */
export interface PresenceRequest {
  readonly topic: string;
  readonly key: string;
  readonly meta: object;
  readonly fetch: FetchPresences<object, unknown> | undefined;
}

type State = LivePresence<object, unknown>;

/** One presence of an owner. */
interface Joined {
  request: PresenceRequest;
  /** The assign's present state. */
  state: State;
  /** Undefined during the GET, and after `untrack`. */
  handle: Presence | undefined;
  /** Undefined during the GET. */
  subscription: Subscription | undefined;
  /** The list that is shown, or that `fetch` was last called with. */
  list: PresenceList | undefined;
  /** How often `fetch` was called, and which answer is shown: an older answer that arrives later is dropped. */
  asked: number;
  answered: number;
  /** Whether a job that updates the list is queued in the mailbox: one is enough, however many changes arrive. */
  waiting: boolean;
}

/** The presences of a view or a component, by the names of their assigns. */
export class Presences extends Feature {
  readonly #owner: Owner;
  readonly #joined = new Map<string, Joined>();

  constructor(owner: Owner) {
    super();
    this.#owner = owner;
  }

  override get open(): number {
    let open = 0;
    for (const { subscription } of this.#joined.values()) if (subscription !== undefined) open++;
    return open;
  }

  /** Shows who is there and, if the view is connected, adds it. Returns the assign. */
  join(name: string, request: PresenceRequest): State {
    const known = this.#joined.get(name);
    if (known !== undefined) {
      // A hook that runs again to reload its user does not join again.
      if (this.#owner.view.refreshing) return known.state;
      if (known.request.topic === request.topic && known.request.key === request.key) return this.#rejoin(name, known, request);
      this.#leave(name, known);
    }
    const joined: Joined = {
      request, handle: undefined, subscription: undefined, list: undefined, asked: 0, answered: 0, waiting: false,
      state: { list: [], meta: request.meta, tracked: false, loading: true },
    };
    if (this.#owner.mayOpen && !this.#owner.view.refreshing) this.#open(name, joined);
    this.#joined.set(name, joined);
    this.#refresh(name, joined);
    return joined.state;
  }

  #open(name: string, joined: Joined): void {
    this.#track(name, joined, joined.request.meta);
    joined.subscription = this.#owner.view.context.pubsub.subscribe(joined.request.topic, ({ event }) => {
      if (event !== PRESENCE_DIFF || joined.waiting) return;
      joined.waiting = true;
      this.#owner.view.post(() => {
        joined.waiting = false;
        if (this.#joined.get(name) === joined) this.#refresh(name, joined);
      });
    });
  }

  #rejoin(name: string, joined: Joined, request: PresenceRequest): State {
    joined.request = request;
    // Another `fetch` may make something else of the same people.
    joined.list = undefined;
    if (joined.subscription !== undefined) this.#track(name, joined, request.meta);
    this.#refresh(name, joined);
    return joined.state;
  }

  /** Changes what the others see; a view that had left returns. Returns false if there is no such presence. */
  update(name: string, change: (meta: object) => object): boolean {
    const joined = this.#joined.get(name);
    if (joined === undefined) return false;
    const meta = change(joined.state.meta);
    if (joined.subscription === undefined) this.#set(name, joined, { meta });
    else this.#track(name, joined, meta);
    this.#refresh(name, joined);
    return true;
  }

  #track(name: string, joined: Joined, meta: object): void {
    const { topic, key } = joined.request;
    if (joined.handle !== undefined) joined.handle.update(meta as Meta);
    else joined.handle = this.#owner.view.context.presences.track(topic, key, meta as Meta);
    this.#set(name, joined, { meta, tracked: true });
  }

  /** Leaves, but keeps showing who is there. Returns false if there is no such presence. */
  untrack(name: string): boolean {
    const joined = this.#joined.get(name);
    if (joined === undefined) return false;
    joined.handle?.untrack();
    joined.handle = undefined;
    this.#set(name, joined, { tracked: false });
    this.#refresh(name, joined);
    return true;
  }

  /** Updates the list: immediately, or once `fetch` has answered. */
  #refresh(name: string, joined: Joined): void {
    const { view } = this.#owner;
    const { topic, fetch } = joined.request;
    // As with tasks, nothing is loaded during the GET.
    if (fetch !== undefined && !view.connected) return;
    const list = view.context.presences.list(topic);
    if (list === joined.list) return;
    joined.list = list;
    const asked = ++joined.asked;
    const answered = (entries: readonly unknown[]): void => {
      if (asked < joined.answered) return;
      joined.answered = asked;
      this.#set(name, joined, { list: entries, loading: false });
    };
    const failed = (error: unknown): void =>
      view.context.log("presence: fetch failed, and the list stays as it was", { view: view.name, topic, error });
    try {
      const roster = rosterOf(list, fetch);
      if (!isPromise(roster)) return answered(roster);
      roster.then((entries) => view.post(() => {
        if (this.#joined.get(name) === joined) answered(entries);
      }), failed);
    } catch (error) {
      failed(error);
    }
  }

  /** Changes the state, and the assign if it still holds this presence. */
  #set(name: string, joined: Joined, change: Partial<State>): void {
    const before = joined.state;
    joined.state = { ...before, ...change };
    if (this.#owner.assigns[name] === before) this.#owner.assign({ [name]: joined.state });
  }

  #leave(name: string, joined: Joined): void {
    this.#joined.delete(name);
    joined.subscription?.unsubscribe();
    joined.handle?.untrack();
  }

  /** A presence has ended if its assign now holds something else. */
  override flushed(): void {
    for (const [name, joined] of this.#joined) if (this.#owner.assigns[name] !== joined.state) this.#leave(name, joined);
  }

  override end(): void {
    for (const [name, joined] of this.#joined) this.#leave(name, joined);
  }
}
