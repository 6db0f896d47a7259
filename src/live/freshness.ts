import type { Subscription } from "../pubsub/index.js";
import type { HookFreshness } from "./definition/index.js";
import { contextAt, isAuthorized, runHook, type MountingView } from "./mounting.js";
import type { AnyHook } from "./page/index.js";
import { after } from "./features/messages/index.js";
import { Feature, type Owner } from "./socket/index.js";

/**
 * How often one reload runs the hooks. A topic may be published faster than they load: then the last result counts for one event, and
 * the next event loads again.
 */
const MAX_ROUNDS = 5;
/** If no event comes, such a result is loaded again after this time, ms. */
const AGAIN_MS = 1_000;

/**
 * Tracks how old the results of a view's hooks are: who its user is, and what they may do. Before an event or a message is
 * handled, expired results are loaded again, and the policy runs again.
 */
export class Freshness extends Feature {
  readonly #view: MountingView;
  readonly #aging: AnyHook[] = [];
  /** The topics that say when a result no longer counts. */
  readonly #heard: Subscription[] = [];
  /** How long a result counts, ms. */
  #countsMs = Infinity;
  /** When the results were loaded, ms epoch. */
  #loadedAt = 0;
  #invalidated = false;
  /** Whether a message is queued that loads the results and shows them. */
  #queued = false;
  /** Whether a topic's message may have been missed before the topic was heard. */
  #unheard = false;
  /** How many topics are not heard from every node yet. */
  #unready = 0;

  constructor(owner: Owner) {
    super();
    this.#view = owner as MountingView;
  }

  override get open(): number {
    return this.#heard.length;
  }

  /**
   * A hook has run: its result begins to age. Its topic is heard beside the mailbox, so that a result is out of date for what was
   * queued before the message, too. Only the result says which topic that is, so what was published while the hook ran was not heard: the
   * hook then runs again before mount, or, if nobody knows what was published, before the first event or message.
   *
   * @param since when the hook began: `pubsub.moment`
   */
  watch(hook: AnyHook, { refresh, topic }: HookFreshness, since: number): void {
    const view = this.#view;
    this.#aging.push(hook);
    this.#countsMs = Math.min(this.#countsMs, refresh);
    this.#loadedAt = Date.now();
    const changes = topic?.(view.assigns as never);
    if (changes === undefined) return;
    const { pubsub } = view.view.context;
    const subscription = pubsub.subscribe(changes.name, () => {
      this.#invalidated = true;
      this.#show();
    });
    this.#heard.push(subscription);
    const missed = pubsub.publishedSince(changes, since);
    if (missed !== undefined) return void (this.#invalidated ||= missed);
    this.#unheard = true;
    this.#unready++;
    const ready = (): void => void this.#unready--;
    // It rejects if the view ends first, or if the topic is refused, and then never hears anything.
    subscription.ready.then(ready, ready);
  }

  /**
   * Shows new results, which are loaded before any message is handled. One message, however often the topic is published until then: a
   * load in which the topic is published would queue several, and each of them as many again.
   */
  #show(): void {
    if (this.#queued) return;
    this.#queued = true;
    this.#view.view.post(() => this.#shown());
  }

  #shown(): void {
    this.#queued = false;
    this.#view.touch();
    if (!this.#invalidated) return;
    this.#queued = true;
    after(this.#view, AGAIN_MS, () => this.#shown());
  }

  /** Whether a topic has said that the results no longer count. */
  get invalidated(): boolean {
    return this.#invalidated;
  }

  /** Whether the results must be loaded again before anything is handled. */
  get stale(): boolean {
    if (this.#invalidated || this.#unheard) return true;
    if (this.#countsMs === Infinity) return false;
    const age = Date.now() - this.#loadedAt;
    // A negative age: the clock was set back, so nobody knows how old the results are.
    return !(age >= 0 && age < this.#countsMs);
  }

  /**
   * Runs again the hooks whose results expire, and then the policy.
   *
   * @returns false if one of them now refuses: the view must end
   */
  async reload(refreshing: (on: boolean) => void): Promise<boolean> {
    const view = this.#view;
    const context = contextAt(view, view.location, view.location.params);
    let allowed: boolean;
    let rounds = 0;
    do {
      this.#invalidated = false;
      const heard = this.#unready === 0;
      refreshing(true);
      try {
        for (const hook of this.#aging) {
          if ((await runHook(view, hook, context)) !== undefined) return false;
          if (!view.mayRun()) return false;
        }
      } finally {
        refreshing(false);
      }
      this.#loadedAt = Date.now();
      if (heard) this.#unheard = false;
      allowed = await isAuthorized(view);
      // If something changed meanwhile, a hook may have read what was true before.
    } while (allowed && this.#invalidated && ++rounds < MAX_ROUNDS && view.mayRun());
    return allowed;
  }

  override end(): void {
    for (const subscription of this.#heard.splice(0)) subscription.unsubscribe();
  }
}
