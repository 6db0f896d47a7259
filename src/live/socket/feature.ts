import type { Owner } from "./owner.js";

/**
 * What one feature (streams, tasks, timers …) keeps for a view or a live component. It is made when the feature is first
 * used, and ends with its owner.
 *
 * A feature lives in a folder of its own with its state, its methods of the socket and its frames; nothing else names it
 * but the list of features.
 */
export abstract class Feature {
  /** Frees what the feature has opened. */
  end(): void {}
  /** Everything that was opened is free now: the time of the application's own clean-ups. */
  freed(): void {}
  /** What was rendered is in a frame now. */
  flushed(): void {}
  /** Runs behind each render. */
  afterRender(): void {}
  /** Adds to the frame that goes out now, and says so by returning true. */
  addTo(_frame: { [key: string]: unknown }): boolean {
    return false;
  }
  /** True while something waits that a later render could not make up for: it must go out, however slow the reader. */
  get mustSend(): boolean {
    return false;
  }
  /** How many subscriptions, timers and tasks are open. */
  get open(): number {
    return 0;
  }
}

/** How a feature is made. */
export type FeatureKind<F extends Feature> = new (owner: Owner) => F;

/**
 * An assign that is more than data: a stream, a task's result. It is told when it becomes an assign, and under which name.
 */
export abstract class LiveValue {
  /** The value has become the assign `name` of `owner`. Called again if it is assigned again. */
  abstract attach(owner: Owner, name: string): void;
  /** What takes its place as the assign. Default: the value itself. */
  assigned(): unknown {
    return this;
  }
}
