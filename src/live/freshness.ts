import { isPromise, type MaybePromise } from "../mailbox/index.js";
import type { HookFreshness } from "./definition/index.js";
import { Subscriptions } from "./features/messages/index.js";
import { contextAt, hooksOf, isAuthorized, runHook, type MountingView } from "./mounting.js";
import type { AnyHook } from "./page/index.js";
import { Feature, type Owner } from "./socket/index.js";

/** A hook whose result expires. */
interface Aging {
  readonly hook: AnyHook;
  readonly ms: number;
}

/**
 * Tracks how old the results of a view's hooks are: who its user is, and what they may do. Before an event or a message is
 * handled, expired results are loaded again, and the policy runs again.
 */
export class Freshness extends Feature {
  readonly #view: MountingView;
  #aging: readonly Aging[] = [];
  /** How long a result counts, ms. */
  #countsMs = Infinity;
  /** When the results were loaded, ms epoch; NaN once a topic has said that they no longer count. */
  #loadedAt = 0;

  constructor(owner: Owner) {
    super();
    this.#view = owner as MountingView;
  }

  /**
   * The view has mounted: its hooks' results begin to age.
   *
   * @param stale called when a topic's message invalidates a result
   */
  mounted(stale: () => void): void {
    const view = this.#view;
    const aging: Aging[] = [];
    for (const hook of hooksOf(view.init)) {
      const freshness: HookFreshness | undefined = hook.freshness;
      if (freshness === undefined) continue;
      aging.push({ hook, ms: freshness.refresh });
      const topic = freshness.topic?.(view.assigns as never);
      if (topic === undefined) continue;
      void view.feature(Subscriptions).add(topic.name, () => {
        this.#loadedAt = NaN;
        stale();
      });
    }
    this.#aging = aging;
    this.#renew();
  }

  /** Whether the results must be loaded again before anything is handled. */
  get stale(): boolean {
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
    refreshing(true);
    try {
      for (const { hook } of this.#aging) {
        if ((await runHook(view, hook, context)) !== undefined) return false;
        if (!view.mayRun()) return false;
      }
    } finally {
      refreshing(false);
    }
    this.#renew();
    const allowed: MaybePromise<boolean> = isAuthorized(view);
    return isPromise(allowed) ? await allowed : allowed;
  }

  #renew(): void {
    this.#loadedAt = Date.now();
    this.#countsMs = Math.min(...this.#aging.map(({ ms }) => ms));
  }
}

/**
 * A view has mounted: if one of its hooks has a result that expires, it begins to age now.
 *
 * @param stale called when a topic's message invalidates a result
 */
export function watchAge(view: MountingView, stale: () => void): void {
  for (const hook of hooksOf(view.init)) {
    if (hook.freshness !== undefined) return view.feature(Freshness).mounted(stale);
  }
}
