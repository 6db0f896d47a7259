import { describeValue, HoldfastError } from "../errors/index.js";
import { rosterOf, type FetchPresences } from "../live/index.js";
import type { Job } from "../mailbox/index.js";
import { PRESENCE_DIFF, PRESENCE_STATE, type PresenceDiff, type PresenceList } from "../presence/index.js";

/** The channel whose presences these are. */
interface FetchingChannel {
  /** Everybody on its topic, now. */
  list(): PresenceList;
  /** Puts a job into its mailbox. */
  post(job: Job): void;
  push(event: string, payload: PresenceList | PresenceDiff): void;
  log(message: string, details: Readonly<Record<string, unknown>>): void;
}

/** Sends a channel's presences with what its `fetchPresences` adds to them, in the order in which they changed. */
export class FetchedPresences {
  readonly #fetch: FetchPresences<object, unknown>;
  readonly #channel: FetchingChannel;
  /** Because a fetch failed, the client lacks a change: the next message brings everybody. */
  #stale = false;

  constructor(fetch: FetchPresences<object, unknown>, channel: FetchingChannel) {
    this.#fetch = fetch;
    this.#channel = channel;
  }

  /** @param list default: everybody who is present when it is sent */
  state(list?: PresenceList): void {
    this.#channel.post(() => this.#deliver(() => this.#sendState(list)));
  }

  diff(diff: PresenceDiff): void {
    // It begins now, so that changes in quick succession do not wait for each other.
    const added = this.#change(diff);
    added.catch(() => {}); // the job looks at it
    this.#channel.post(() => this.#deliver(async () => {
      const change = await added;
      if (this.#stale) await this.#sendState();
      else this.#channel.push(PRESENCE_DIFF, change);
    }));
  }

  async #deliver(send: () => Promise<void>): Promise<void> {
    try {
      await send();
    } catch (error) {
      this.#stale = true;
      this.#channel.log("presence: fetchPresences failed, and the client is sent everybody with the next change", { error });
    }
  }

  async #sendState(list = this.#channel.list()): Promise<void> {
    this.#channel.push(PRESENCE_STATE, await this.#with(list));
    this.#stale = false;
  }

  async #change({ joins, leaves }: PresenceDiff): Promise<PresenceDiff> {
    const [joined, left] = await Promise.all([this.#with(joins), this.#with(leaves)]);
    return { joins: joined, leaves: left };
  }

  async #with(list: PresenceList): Promise<PresenceList> {
    if (Object.keys(list).length === 0) return list;
    const entries: unknown = await rosterOf(list, this.#fetch);
    if (Array.isArray(entries) && entries.every(isEntry)) return Object.fromEntries(entries.map(({ key, ...entry }) => [key, entry]));
    throw new HoldfastError("presence_misuse", {
      what: "fetchPresences did not return entries.", expected: "a list of { key, metas, … }", got: describeValue(entries),
      fix: "return entries.map((entry) => ({ ...entry, user: users.get(entry.key) }))",
    });
  }
}

function isEntry(entry: unknown): entry is PresenceList[string] & { readonly key: string } {
  return typeof entry === "object" && entry !== null && "key" in entry && typeof entry.key === "string" && "metas" in entry &&
    Array.isArray(entry.metas);
}
