import { Tree, type ComponentHost, type Slot, type WireNode } from "../../diff/index.js";
import { HoldfastError } from "../../errors/index.js";
import { renderToString, type ComponentCall, type Embedder, type PushedEvent, type Template } from "../../html/index.js";
import type { DefinedComponent } from "../definition/index.js";
import { Stream, TemporaryAssign } from "../features/streams/index.js";
import { Redirect, type Assigns, type ViewHandle } from "../socket/index.js";
import { standsInPage, type Caller } from "./caller.js";
import { ComponentInstance } from "./component-instance.js";
import { ComponentNumbers, type NumberedComponent } from "./component-numbers.js";
import { MAX_ROUNDS, pageLimit, renderLoop } from "./render-limits.js";

/** A page's live components: found by definition and id, addressed by number, updated together, removed when both sides agree. */
export class Components {
  readonly #view: ViewHandle;
  readonly #host: ComponentHost;
  /** The view's own template. */
  readonly #root: Caller;
  readonly #byDefinition = new Map<DefinedComponent, Map<string, ComponentInstance>>();
  readonly #byCid = new Map<number, ComponentInstance>();
  /** The components called since the last update, with their props. */
  #calls = new Map<ComponentInstance, Readonly<Record<string, unknown>>>();
  #repeated = false;
  #caller: Caller;
  /** The components called in this frame: none may be called from two places. */
  readonly #called = new Set<ComponentInstance>();
  #touched = new Set<ComponentInstance>();
  /** For each root template a component that the client has: the next one of its definition is cloned from it. */
  readonly #models = new Map<Template, ComponentInstance>();
  /** The components cloned in this frame, by the one they were cloned from. */
  readonly #clones = new Map<ComponentInstance, Set<ComponentInstance>>();
  readonly #numbers: ComponentNumbers;
  #appeared = 0;
  #sweepAt = 256;

  constructor(view: ViewHandle, host: ComponentHost, root: Caller, numbers = ComponentNumbers.first()) {
    this.#numbers = numbers;
    this.#view = view;
    this.#host = host;
    this.#root = root;
    this.#caller = root;
  }

  get(cid: unknown): ComponentInstance | undefined {
    return typeof cid === "number" ? this.#byCid.get(cid) : undefined;
  }

  /** Finds an event that one of the components' pages shows. */
  findEvent(name: string, target: number | undefined, outsideForms: boolean): PushedEvent | undefined {
    // Its own page first: an event is elsewhere only if it was passed on.
    const own = this.get(target)?.tree.find(name, target, outsideForms);
    if (own !== undefined) return own;
    for (const instance of this.#byCid.values()) {
      const found = instance.cid === target ? undefined : instance.tree.find(name, target, outsideForms);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The component behind each number. */
  numbers(): ReadonlyMap<number, NumberedComponent> {
    return new Map([...this.#byCid].map(([cid, { definition, id }]) => [cid, { definition, id }]));
  }

  /** During the GET: the templates of which the page was written. */
  written(): Slot[] {
    return [...this.#byCid.values()].map(({ page }) => page).filter((page) => page !== undefined);
  }

  /** What the browser has of those on the page. */
  shown(): Slot[] {
    return [...this.#byCid.values()].filter((instance) => standsInPage(instance)).map(({ tree }) => tree.shown).filter((slot) => slot !== undefined);
  }

  /** The component whose template is being compared. */
  get caller(): Caller {
    return this.#caller;
  }

  find(definition: DefinedComponent, id: string): ComponentInstance | undefined {
    return this.#byDefinition.get(definition)?.get(id);
  }
  /** How many subscriptions, timers and tasks all of them hold. */
  get holds(): number {
    let holds = 0;
    for (const instance of this.#byCid.values()) holds += instance.holds;
    return holds;
  }

  /** A template calls a component: it appears, or it is updated. None of its code runs before `update`. */
  call({ definition: called, id, props }: ComponentCall, streamed = false): ComponentInstance {
    const definition = called as DefinedComponent;
    let ofSame = this.#byDefinition.get(definition);
    if (ofSame === undefined) this.#byDefinition.set(definition, (ofSame = new Map()));
    let instance = ofSame.get(id);
    const caller = this.#caller;
    if (instance === undefined) {
      this.#limit();
      instance = new ComponentInstance(this.#view, this.#host, definition, id, this.#numbers.take(definition, id), (touched) => this.#touched.add(touched));
      instance.appeared = ++this.#appeared;
      ofSame.set(id, instance);
      this.#byCid.set(instance.cid, instance);
    } else if (!this.#repeated && this.#called.has(instance) && (this.#calls.has(instance) || instance.caller !== caller)) {
      throw new HoldfastError("component_id_invalid", {
        what: `Two components "${definition.name}" have the same id.`, expected: "a unique id for each",
        got: `${JSON.stringify(id.slice(0, 40))} twice`, fix: "derive it from the item's id",
      });
    }
    instance.leaving = false;
    instance.streamed = streamed;
    instance.caller = caller;
    instance.calledAt = caller.renders;
    this.#called.add(instance);
    // Already mounted, but the browser no longer has any of it.
    if (instance.props !== undefined && instance.tree.template === undefined) this.#touched.add(instance);
    this.#calls.set(instance, props);
    return instance;
  }

  /** The client has forgotten all of them: those called now are sent whole. */
  renewed(): void {
    this.#models.clear();
    for (const instance of this.#byCid.values()) {
      instance.tree.forget();
      instance.tree = new Tree(this.#host);
    }
  }

  /** Their definitions may have been replaced. */
  renew(): void {
    for (const instance of this.#byCid.values()) instance.renew();
  }

  /** A list is written again after its comparison: its calls repeat. */
  repeat(): void {
    this.#repeated = true;
  }

  /** True while one of them holds changes that must not wait for a slow reader. */
  get mustSend(): boolean {
    for (const instance of this.#byCid.values()) if (instance.mustSend) return true;
    return false;
  }

  /** Whether anything needs an update or a render. */
  get waiting(): boolean {
    return this.#calls.size > 0 || this.#touched.size > 0;
  }

  /** Mounts those called for the first time, and updates those whose props changed. */
  async update(): Promise<void> {
    const calls = this.#calls;
    if (calls.size === 0) return;
    this.#calls = new Map();
    this.#repeated = false;
    const updates = new Map<DefinedComponent, ComponentInstance[]>();
    for (const [instance, props] of calls) {
      if (!this.#view.mayRun()) return;
      const { definition, props: before } = instance;
      if (before !== undefined && sameProps(before, props)) continue;
      checkProps(definition, props);
      instance.props = props;
      instance.assign(props);
      const listening = instance.listen();
      if (listening !== undefined) {
        await listening;
        if (!this.#view.mayRun()) return;
      }
      if (before === undefined && definition.mount !== undefined) {
        const assigns = await definition.mount(instance.socket, props);
        if (assigns instanceof Redirect) throw redirectRefused(definition);
        if (typeof assigns === "object" && assigns !== null) instance.assign(assigns as Assigns);
      }
      const ofSame = updates.get(definition);
      if (ofSame === undefined) updates.set(definition, [instance]);
      else ofSame.push(instance);
    }
    for (const [definition, instances] of updates) {
      await this.#updateAll(definition, instances.map((instance) => ({ instance, props: instance.props! })));
    }
  }

  /** `sendUpdate`: new props from somewhere other than its parent. */
  async send(definition: object, props: Readonly<Record<string, unknown>>): Promise<void> {
    const instance = this.find(definition as DefinedComponent, String(props["id"]));
    if (instance === undefined) return;
    instance.assign(props);
    await this.#updateAll(instance.definition, [{ instance, props: { ...assigned(instance), ...props } }]);
  }

  async #updateAll(
    definition: DefinedComponent, updates: readonly { instance: ComponentInstance; props: Readonly<Record<string, unknown>> }[],
  ): Promise<void> {
    if (!this.#view.mayRun()) return;
    if (definition.updateMany !== undefined) {
      await definition.updateMany(updates.map(({ instance, props }) => ({ socket: instance.socket, props })));
      return;
    }
    if (definition.update === undefined) return;
    for (const { instance, props } of updates) {
      if (!this.#view.mayRun()) return;
      await definition.update(instance.socket, props);
    }
  }

  /**
   * Updates and renders until nothing is left: a rendered component may call others.
   *
   * @returns what changed, by number; undefined if nothing did, or if the view ended meanwhile
   */
  async settle(): Promise<Record<number, WireNode> | undefined> {
    let out: Record<number, WireNode> | undefined;
    const rendered = new Set<ComponentInstance>();
    for (let round = 1; this.waiting; round++) {
      if (round > MAX_ROUNDS) throw renderLoop(this.#view.name);
      await this.update();
      if (!this.#view.mayRun()) return undefined;
      // Those that appeared first are mostly the outer ones; this way what they call is rendered once.
      const batch = [...this.#touched].sort((a, b) => a.appeared - b.appeared);
      this.#touched.clear();
      for (const instance of batch) {
        // It received other props meanwhile: it is rendered after its update.
        if (this.#calls.has(instance)) {
          this.#touched.add(instance);
          continue;
        }
        const wire = this.#wire(instance, out);
        if (wire !== undefined) (out ??= {})[instance.cid] = wire;
        rendered.add(instance);
      }
    }
    for (const instance of rendered) {
      instance.flushed();
      instance.afterRender();
    }
    this.#called.clear();
    this.#clones.clear();
    this.#repeated = false;
    this.#caller = this.#root;
    this.#sweep();
    return out;
  }

  #wire(instance: ComponentInstance, frame: Record<number, WireNode> | undefined): WireNode | undefined {
    this.#caller = instance;
    instance.renders++;
    const rendered = instance.render();
    // A second time in one frame: the browser has not seen the first, so it is sent whole.
    if (frame !== undefined && instance.cid in frame) {
      // A clone of the first would be made from the second, so it is sent whole as well.
      for (const clone of this.#clones.get(instance) ?? []) this.#touched.add(clone);
      this.#clones.delete(instance);
      return instance.tree.fullComponent(rendered);
    }
    if (instance.tree.template !== undefined) return instance.tree.diffComponent(rendered);
    const model = this.#models.get(rendered.template);
    if (model?.tree.template === rendered.template && this.#byCid.get(model.cid) === model) {
      const inFrame = frame !== undefined && model.cid in frame;
      if (inFrame) {
        const clones = this.#clones.get(model);
        if (clones === undefined) this.#clones.set(model, new Set([instance]));
        else clones.add(instance);
      }
      const reference = inFrame ? model.cid : -model.cid;
      return instance.tree.fullComponent(rendered, { tree: model.tree, reference });
    }
    this.#models.set(rendered.template, instance);
    return instance.tree.fullComponent(rendered);
  }

  /** The component's HTML for the GET; empty until it has been updated. */
  html(call: ComponentCall, embedder: Embedder): string {
    const instance = this.find(call.definition as DefinedComponent, call.id);
    if (instance?.page === undefined) {
      this.call(call);
      return "";
    }
    return renderToString(instance.page, embedder).replace(/^<[^\s/>]+/, `$& data-phx-component="${instance.cid}"`);
  }

  /** During the GET: updates and renders those that were called. */
  async settlePages(): Promise<void> {
    await this.update();
    // Without this check, a component that was never begun would be requested for ever.
    if (!this.#view.mayRun()) throw new Error(`the view ${this.#view.name} ended while its page was made`);
    for (const instance of this.#touched) instance.page = instance.render();
    this.#touched.clear();
    this.#called.clear();
  }

  // ---- removal ----

  /** The client announces that they will leave its page; what is rendered before it confirms that stays. */
  willDestroy(cids: readonly unknown[]): void {
    for (const cid of cids) {
      const instance = this.get(cid);
      if (instance !== undefined) instance.leaving = true;
    }
  }

  /**
   * The client has dropped them from its page. Its word alone removes none: what our own templates call stays.
   *
   * @returns those that are gone, which the client forgets too
   */
  destroyed(cids: readonly unknown[]): number[] {
    const gone: number[] = [];
    for (const cid of cids) {
      if (typeof cid !== "number") continue;
      const instance = this.#byCid.get(cid);
      if (instance !== undefined && (standsInPage(instance) || !instance.leaving)) continue;
      if (instance !== undefined) this.#remove(instance);
      gone.push(cid);
    }
    return gone;
  }

  /** Keeps a client that never confirms removals from making the page grow for ever. */
  #sweep(): void {
    if (this.#byCid.size < this.#sweepAt) return;
    for (const instance of [...this.#byCid.values()]) if (!standsInPage(instance)) this.#remove(instance);
    // Removed ones do not count against the limit.
    this.#sweepAt = Math.min(Math.max(256, this.#byCid.size * 2), this.#view.context.limits.components);
  }

  #limit(): void {
    const { components } = this.#view.context.limits;
    if (this.#byCid.size < components) return;
    throw pageLimit(this.#view.name, components);
  }

  #remove(instance: ComponentInstance): void {
    this.#byCid.delete(instance.cid);
    this.#byDefinition.get(instance.definition)?.delete(instance.id);
    this.#touched.delete(instance);
    instance.tree.forget();
    instance.end();
  }

  /** Ends all of them, together with the view. */
  end(): void {
    for (const instance of this.#byCid.values()) instance.end();
  }
}

function redirectRefused(definition: DefinedComponent): HoldfastError {
  return new HoldfastError("socket_misuse", {
    what: `The component "${definition.name}" redirects in its mount.`, expected: "a redirect from the view's mount, or from an event",
    fix: "decide in the view, in an on-mount hook or in authorize",
  });
}

/** The props that its parent gives it, as they are assigned now. */
function assigned({ props = {}, assigns }: ComponentInstance): Record<string, unknown> {
  return Object.fromEntries(Object.keys(props).map((name) => [name, assigns[name]]));
}

function checkProps(definition: DefinedComponent, props: Readonly<Record<string, unknown>>): void {
  const name = Object.keys(props).find((key) => props[key] instanceof Stream || props[key] instanceof TemporaryAssign);
  if (name === undefined) return;
  throw new HoldfastError("stream_misuse", {
    what: `The component "${definition.name}" is given a stream or a temporary assign as "${name}".`,
    expected: "a stream rendered by its owner: a sent item is forgotten, and a component may render later than its parent",
    fix: `mount: (socket, { items }) => ({ ${name}: stream(items) }) in the component, or render it in the parent's template`,
  });
}

function sameProps(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean {
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.is(a[key], b[key]) && Object.hasOwn(b, key));
}
