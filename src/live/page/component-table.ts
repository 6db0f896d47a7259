import type { ComponentIdentity, Slot } from "../../diff/index.js";
import type { PushedEvent } from "../../html/index.js";
import type { DefinedComponent } from "../definition/index.js";
import { standsInPage } from "./caller.js";
import type { ComponentInstance } from "./component-instance.js";
import { pageLimit } from "./render-limits.js";

/** How many components a page must have before the first sweep for those that left it. */
const FIRST_SWEEP = 256;

/** The live components of a page, found by definition and id, or by number. */
export class ComponentTable {
  readonly #view: string;
  readonly #max: number;
  readonly #byDefinition = new Map<DefinedComponent, Map<string, ComponentInstance>>();
  readonly #byCid = new Map<number, ComponentInstance>();
  #sweepAt = FIRST_SWEEP;

  /**
   * @param view the view's name, for errors
   * @param max how many components the page may have
   */
  constructor(view: string, max: number) {
    this.#view = view;
    this.#max = max;
  }

  get(cid: unknown): ComponentInstance | undefined {
    return typeof cid === "number" ? this.#byCid.get(cid) : undefined;
  }

  find(definition: DefinedComponent, id: string): ComponentInstance | undefined {
    return this.#byDefinition.get(definition)?.get(id);
  }

  all(): Iterable<ComponentInstance> {
    return this.#byCid.values();
  }

  /** @throws HoldfastError `component_limit` if the page cannot have one more */
  checkRoom(): void {
    if (this.#byCid.size >= this.#max) throw pageLimit(this.#view, this.#max);
  }

  add(instance: ComponentInstance): void {
    const { definition, id, cid } = instance;
    const ofSame = this.#byDefinition.get(definition);
    if (ofSame === undefined) this.#byDefinition.set(definition, new Map([[id, instance]]));
    else ofSame.set(id, instance);
    this.#byCid.set(cid, instance);
  }

  remove(instance: ComponentInstance): void {
    this.#byCid.delete(instance.cid);
    this.#byDefinition.get(instance.definition)?.delete(instance.id);
  }

  /**
   * Returns the components that the page no longer shows, now and then: a client that never confirms removals must not make
   * it grow forever.
   */
  takeGone(): readonly ComponentInstance[] {
    if (this.#byCid.size < this.#sweepAt) return NONE;
    const gone = [...this.#byCid.values()].filter((instance) => !standsInPage(instance));
    // Removed ones do not count against the limit.
    this.#sweepAt = Math.min(Math.max(FIRST_SWEEP, (this.#byCid.size - gone.length) * 2), this.#max);
    return gone;
  }

  /** Finds an event that one of the components' templates shows. */
  findEvent(name: string, target: number | undefined, outsideForms: boolean): PushedEvent | undefined {
    // Its own template first: an event is elsewhere only if it was passed on.
    const own = this.get(target)?.tree.find(name, target, outsideForms);
    if (own !== undefined) return own;
    for (const instance of this.#byCid.values()) {
      const found = instance.cid === target ? undefined : instance.tree.find(name, target, outsideForms);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The component behind each number. */
  numbers(): ReadonlyMap<number, ComponentIdentity> {
    return new Map([...this.#byCid].map(([cid, { definition, id }]) => [cid, { definition, id }]));
  }

  /** During the GET: the templates that the page was written from. */
  written(): Slot[] {
    return [...this.#byCid.values()].map(({ page }) => page).filter((page) => page !== undefined);
  }

  /** What the browser has of those on the page. */
  shown(): Slot[] {
    return [...this.#byCid.values()]
      .filter((instance) => standsInPage(instance))
      .map(({ tree }) => tree.shown)
      .filter((slot) => slot !== undefined);
  }

  /** How many subscriptions, timers and tasks all of them hold. */
  get holds(): number {
    let holds = 0;
    for (const instance of this.#byCid.values()) holds += instance.holds;
    return holds;
  }

  /** True while one of them holds changes that must not wait for a slow reader. */
  get mustSend(): boolean {
    for (const instance of this.#byCid.values()) if (instance.mustSend) return true;
    return false;
  }
}

const NONE: readonly ComponentInstance[] = [];
