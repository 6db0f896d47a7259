import { HoldfastError } from "../../errors/index.js";
import type { MaybePromise } from "../../mailbox/index.js";
import { withoutContext } from "../../telemetry/index.js";
import {
  becomesAssign, isNamedValue, LiveValue, type BoundCallback, type CallbackSection, type Feature, type FeatureKind,
  type Owner, type ViewHandle,
} from "./owner.js";
import { FeatureSet } from "./feature-set.js";
import type { Assigns } from "./types.js";

const NO_FEATURES: readonly Feature[] = [];

/** The state of a view or a live component. When it ends, everything in it ends. */
export abstract class OwnerState implements Owner {
  abstract readonly view: ViewHandle;
  abstract readonly assigns: Assigns;
  /** The assigns have changed since the last render. */
  dirty = true;
  #ended = false;
  /** What was assigned after the end. */
  #void: Readonly<Record<string, unknown>> | undefined;
  /** Which features are there. Most idle views have none. */
  #kinds = FeatureSet.none;
  /** In the order of their first use. Replaced when one is added, so that the list is exactly as long as it needs to be. */
  #features: readonly Feature[] = NO_FEATURES;

  /** True once it has ended. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Whether something may be opened: not during the GET, and not after the end. */
  get mayOpen(): boolean {
    return this.view.connected && this.view.alive && !this.#ended;
  }

  // ---- assigns ----

  /** Marks that the next render has changes to look for. */
  touch(): void {
    this.dirty = true;
    this.view.changed();
  }

  /**
   * Sets assigns. After the fence it does nothing: a handler that was running when its session ended changes nothing.
   *
   * @throws HoldfastError `socket_misuse` for a key that would set a prototype
   */
  assign(values: Readonly<Record<string, unknown>>): void {
    if (this.#ended || !this.view.mayRun()) {
      this.#void = { ...this.#void, ...values };
      return;
    }
    for (const key in values) {
      if (!Object.hasOwn(values, key)) continue;
      if (key === "__proto__") throw prototypeAssigned(this.view.name);
      const value = values[key];
      if (value instanceof LiveValue) {
        value.attach(this, key);
        this.assigns[key] = value.assigned();
      } else {
        this.assigns[key] = isNamedValue(value) ? value[becomesAssign](this, key) : value;
      }
    }
    this.touch();
  }

  leftAs(name: string): unknown {
    return this.#void !== undefined && Object.hasOwn(this.#void, name) ? this.#void[name] : this.assigns[name];
  }

  // ---- features ----

  /** Without a definition there is no handler. */
  message(_name: string, _payload: unknown): MaybePromise<unknown> {
    return undefined;
  }

  /** The definition's handler, bound to its socket. Without a definition there is none. */
  callback(_section: CallbackSection, _name: string): BoundCallback | undefined {
    return undefined;
  }

  /** A feature's state, created on first use. */
  feature<F extends Feature>(kind: FeatureKind<F>): F {
    const known = this.peek(kind);
    if (known !== undefined) return known;
    const made = new kind(this);
    // Its constructor may have used others.
    this.#kinds = this.#kinds.with(kind);
    this.#features = [...this.#features, made];
    // Used by code that continues after the end: freed as soon as it is created.
    if (this.#ended) made.end();
    return made;
  }

  /** A feature's state, if the feature has been used. */
  peek<F extends Feature>(kind: FeatureKind<F>): F | undefined {
    const place = this.#kinds.placeOf(kind);
    return place === -1 ? undefined : this.#features[place] as F;
  }

  // By index: before V8 optimizes it, `for … of` allocates an iterator at each call, and a rare event pays for all of them.

  /** What was rendered is in the frame. */
  flushed(): void {
    const { flushed } = this.#kinds.takingPart;
    for (let i = 0; i < flushed.length; i++) this.#features[flushed[i]!]!.flushed();
  }

  afterRender(): void {
    const { afterRender } = this.#kinds.takingPart;
    for (let i = 0; i < afterRender.length; i++) this.#features[afterRender[i]!]!.afterRender();
  }

  /** Lets the features add to a frame. Returns whether one did. */
  addTo(frame: { [key: string]: unknown }): boolean {
    const { addTo } = this.#kinds.takingPart;
    let added = false;
    for (let i = 0; i < addTo.length; i++) added = this.#features[addTo[i]!]!.addTo(frame) || added;
    return added;
  }

  /** True while there are changes that must not wait for a slow reader. */
  get mustSend(): boolean {
    return this.#kinds.takingPart.mustSend.some((place) => this.#features[place]!.mustSend);
  }

  /** True while the client may hold back a submit. */
  get submitsLater(): boolean {
    return this.#kinds.takingPart.submitsLater.some((place) => this.#features[place]!.submitsLater);
  }

  /** How many subscriptions, timers and tasks are open. */
  get holds(): number {
    return this.#kinds.takingPart.open.reduce((sum, place) => sum + this.#features[place]!.open, 0);
  }

  /** Frees everything. May be called repeatedly, in any state. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const feature of this.#features) feature.end();
    for (const feature of this.#features) feature.freed();
  }

  /** Runs an application's clean-up as the view's code; if it throws, that is logged and stops nothing. */
  guarded(what: string, job: () => void): void {
    const { view } = this;
    try {
      withoutContext(() => view.own(job));
    } catch (error) {
      view.context.log(what, { view: view.name, error });
    }
  }
}

function prototypeAssigned(view: string): HoldfastError {
  return new HoldfastError("socket_misuse", {
    what: `The view "${view}" assigns "__proto__".`, expected: "the names of assigns",
    got: "an object with the key __proto__, as JSON from outside may have",
    fix: "parse what comes from outside with a schema, and assign its fields by name",
  });
}
