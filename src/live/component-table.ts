import { Tree, type Residents, type WireNode } from "../diff/index.js";
import { HoldfastError } from "../errors/index.js";
import { renderToString, type ComponentCall, type Embedder, type Rendered, type Template } from "../html/index.js";
import type { EventRef } from "../js/index.js";
import type { ComponentKind } from "./component.js";
import { Redirect } from "./control.js";
import { Scope, type Home } from "./scope.js";
import { Stream } from "./stream.js";
import { templateOf } from "./template-of.js";
import { TemporaryAssign } from "./temporary.js";
import type { Assigns, Socket } from "./types.js";

/** Makes the socket that a component's code is given. */
export type SocketMaker = (scope: Scope) => Socket<Assigns>;

/** Whose template calls components: the view, or a component. */
export interface Caller {
  /** How often its template was compared. */
  renders: number;
}

/** What a template calls: who did so last, and in which of its caller's renders. */
export interface Called {
  caller: Caller | undefined;
  calledAt: number;
  /** It stands in a stream's item. */
  streamed: boolean;
  /** The client has said that it will be gone, and it has not been called since. */
  leaving?: boolean;
}

/** A live component on a page: its state, and what the browser has of it. */
export class ComponentInstance extends Scope implements Caller, Called {
  readonly home: Home;
  readonly kind: ComponentKind;
  readonly id: string;
  readonly cid: number;
  readonly assigns: Assigns;
  readonly socket: Socket<Assigns>;
  tree: Tree;
  props: Readonly<Record<string, unknown>> | undefined;
  renders = 0;
  caller: Caller | undefined;
  calledAt = 0;
  streamed = false;
  leaving = false;
  /** Over HTTP: what it rendered. */
  page: Rendered | undefined;
  readonly #refs: Readonly<Record<string, EventRef>>;
  readonly #touched: (instance: ComponentInstance) => void;

  constructor(
    home: Home & Residents, kind: ComponentKind, id: string, cid: number, socket: SocketMaker, touched: (i: ComponentInstance) => void,
  ) {
    super();
    this.home = home;
    this.tree = new Tree(home);
    this.kind = kind;
    this.id = id;
    this.cid = cid;
    // The flash is the view's, and so is the action.
    this.assigns = { id, myself: cid, flash: {}, liveAction: undefined };
    this.#touched = touched;
    this.#refs = kind.refs(cid);
    this.socket = socket(this);
  }

  get events(): ComponentKind["events"] {
    return this.kind.events;
  }

  override touch(): void {
    super.touch();
    this.#touched(this);
  }

  render(): Rendered {
    const rendered = templateOf(this.kind.render(this.assigns as never, this.#refs), `component "${this.kind.name}"`);
    if (rendered.template.root) return rendered;
    throw new HoldfastError("component_root", {
      what: `The component "${this.kind.name}" does not render exactly one element.`,
      expected: "one element with everything in it", fix: "put a <div> around it",
    });
  }
}

/**
 * Whether something stands in the page, as far as the server can know: its caller's last render called it, and its caller
 * stands there too. What a stream holds only the browser knows.
 */
export function present({ streamed, leaving = false, caller, calledAt }: Called): boolean {
  if (streamed) return !leaving;
  return caller !== undefined && caller.renders === calledAt && (!(caller instanceof ComponentInstance) || present(caller));
}

/** A page's live components: found by definition and id, addressed by number, updated together, removed when both sides agree. */
export class ComponentTable {
  readonly #home: Home & Residents & Caller;
  readonly #socket: SocketMaker;
  readonly #byKind = new Map<ComponentKind, Map<string, ComponentInstance>>();
  readonly #byCid = new Map<number, ComponentInstance>();
  /** Who was called since the last update, and with what. */
  #calls = new Map<ComponentInstance, Readonly<Record<string, unknown>>>();
  #repeated = false;
  #caller: Caller;
  /** Who was called in this frame: nobody is called from two places. */
  readonly #called = new Set<ComponentInstance>();
  #touched = new Set<ComponentInstance>();
  /** Per root template a component that the client has: the next one of its kind is cloned from it. */
  readonly #models = new Map<Template, ComponentInstance>();
  #lastCid = 0;
  #sweepAt = 256;

  constructor(home: Home & Residents & Caller, socket: SocketMaker) {
    this.#home = home;
    this.#caller = home;
    this.#socket = socket;
  }

  get(cid: unknown): ComponentInstance | undefined {
    return typeof cid === "number" ? this.#byCid.get(cid) : undefined;
  }

  /** Whose template is being compared. */
  get caller(): Caller {
    return this.#caller;
  }

  find(kind: ComponentKind, id: string): ComponentInstance | undefined {
    return this.#byKind.get(kind)?.get(id);
  }
  /** Subscriptions, timers and tasks of all of them. */
  get tasks(): number {
    let tasks = 0;
    for (const instance of this.#byCid.values()) tasks += instance.tasks;
    return tasks;
  }

  get holds(): number {
    let holds = 0;
    for (const instance of this.#byCid.values()) holds += instance.holds;
    return holds;
  }

  /** A template calls a component: it appears, or it is updated. Nothing of it runs before `update`. */
  call({ definition, id, props }: ComponentCall, streamed = false): ComponentInstance {
    const kind = definition as ComponentKind;
    let ofKind = this.#byKind.get(kind);
    if (ofKind === undefined) this.#byKind.set(kind, (ofKind = new Map()));
    let instance = ofKind.get(id);
    const caller = this.#caller;
    if (instance === undefined) {
      this.#limit();
      instance = new ComponentInstance(this.#home, kind, id, ++this.#lastCid, this.#socket, (touched) => this.#touched.add(touched));
      ofKind.set(id, instance);
      this.#byCid.set(instance.cid, instance);
    } else if (!this.#repeated && this.#called.has(instance) && (this.#calls.has(instance) || instance.caller !== caller)) {
      throw new HoldfastError("component_id_invalid", {
        what: `Two components "${kind.name}" have the same id.`, expected: "an id of its own for each",
        got: `${JSON.stringify(id.slice(0, 40))} twice`, fix: "make it of the item's id",
      });
    }
    instance.leaving = false;
    instance.streamed = streamed;
    instance.caller = caller;
    instance.calledAt = caller.renders;
    this.#called.add(instance);
    // Mounted already, but the browser has nothing of it any more.
    if (instance.props !== undefined && instance.tree.template === undefined) this.#touched.add(instance);
    this.#calls.set(instance, props);
    return instance;
  }

  /** The client has forgotten all of them: those that are called now are sent whole. */
  renewed(): void {
    this.#models.clear();
    for (const instance of this.#byCid.values()) instance.tree = new Tree(this.#home);
  }

  /** A list is written anew behind its comparison: what it has called it calls again. */
  repeat(): void {
    this.#repeated = true;
  }

  /** How many stream items of theirs wait to be sent. */
  get pending(): number {
    let pending = 0;
    for (const instance of this.#byCid.values()) pending += instance.pending;
    return pending;
  }

  /** Something is to be updated or rendered. */
  get waiting(): boolean {
    return this.#calls.size > 0 || this.#touched.size > 0;
  }

  /** Mounts those that were called for the first time and updates those whose props are others than before. */
  async update(): Promise<void> {
    const calls = this.#calls;
    if (calls.size === 0) return;
    this.#calls = new Map();
    this.#repeated = false;
    const updates = new Map<ComponentKind, ComponentInstance[]>();
    for (const [instance, props] of calls) {
      if (!this.#home.mayRun) return;
      const { kind, props: before } = instance;
      if (before !== undefined && sameProps(before, props)) continue;
      checkProps(kind, props);
      instance.props = props;
      instance.assign(props);
      if (before === undefined && kind.mount !== undefined) {
        const assigns = await kind.mount(instance.socket as never, props);
        if (assigns instanceof Redirect) throw redirectRefused(kind);
        if (typeof assigns === "object" && assigns !== null) instance.assign(assigns as Assigns);
      }
      const ofKind = updates.get(kind);
      if (ofKind === undefined) updates.set(kind, [instance]);
      else ofKind.push(instance);
    }
    for (const [kind, instances] of updates) {
      await this.#updateAll(kind, instances.map((instance) => ({ instance, props: instance.props! })));
    }
  }

  /** `sendUpdate`: other props from elsewhere than its parent. */
  async send(kind: ComponentKind, props: Readonly<Record<string, unknown>>): Promise<void> {
    const instance = this.find(kind, String(props["id"]));
    if (instance === undefined) return;
    instance.assign(props);
    await this.#updateAll(kind, [{ instance, props }]);
  }

  async #updateAll(
    kind: ComponentKind, updates: readonly { instance: ComponentInstance; props: Readonly<Record<string, unknown>> }[],
  ): Promise<void> {
    if (!this.#home.mayRun) return;
    if (kind.updateMany !== undefined) {
      await kind.updateMany(updates.map(({ instance, props }) => ({ socket: instance.socket as never, props })));
      return;
    }
    if (kind.update === undefined) return;
    for (const { instance, props } of updates) {
      if (!this.#home.mayRun) return;
      await kind.update(instance.socket as never, props);
    }
  }

  /**
   * Updates and renders until nothing waits: what a component renders may call others.
   *
   * @returns what changed, by number; undefined if nothing did, or if the view has ended meanwhile
   */
  async settle(): Promise<Record<number, WireNode> | undefined> {
    let out: Record<number, WireNode> | undefined;
    const rendered = new Set<ComponentInstance>();
    for (let round = 1; this.waiting; round++) {
      if (round > MAX_ROUNDS) throw endless(this.#home.name);
      await this.update();
      if (!this.#home.mayRun) return undefined;
      // Those that appeared first are the outer ones, mostly, and what they call is rendered once.
      const batch = [...this.#touched].sort((a, b) => a.cid - b.cid);
      this.#touched.clear();
      for (const instance of batch) {
        // It was given other props meanwhile: it is rendered when it has been updated.
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
    this.#repeated = false;
    this.#caller = this.#home;
    this.#sweep();
    return out;
  }

  #wire(instance: ComponentInstance, frame: Record<number, WireNode> | undefined): WireNode | undefined {
    this.#caller = instance;
    instance.renders++;
    const rendered = instance.render();
    // A second time in one frame: the browser has not seen the first, so it is told everything.
    if (frame !== undefined && instance.cid in frame) return instance.tree.fullComponent(rendered);
    if (instance.tree.template !== undefined) return instance.tree.diffComponent(rendered);
    const model = this.#models.get(rendered.template);
    if (model?.tree.template === rendered.template && this.#byCid.get(model.cid) === model) {
      const reference = frame !== undefined && model.cid in frame ? model.cid : -model.cid;
      return instance.tree.fullComponent(rendered, { tree: model.tree, reference });
    }
    this.#models.set(rendered.template, instance);
    return instance.tree.fullComponent(rendered);
  }

  /** The component's HTML for the first response; empty as long as it has not been updated. */
  html(call: ComponentCall, embedder: Embedder): string {
    const instance = this.find(call.definition as ComponentKind, call.id);
    if (instance?.page === undefined) {
      this.call(call);
      return "";
    }
    return renderToString(instance.page, embedder).replace(/^<[^\s/>]+/, `$& data-phx-component="${instance.cid}"`);
  }

  /** Over HTTP: updates and renders those that were called. */
  async settlePages(): Promise<void> {
    await this.update();
    // What was not begun has no page, and would be asked for again and again.
    if (!this.#home.mayRun) throw new Error(`the view ${this.#home.name} ended while its page was made`);
    for (const instance of this.#touched) instance.page = instance.render();
    this.#touched.clear();
    this.#called.clear();
  }

  // ---- removal ----

  /** The client does not have them in its page any more, it says; what is rendered until it says so again, stays. */
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
      if (instance !== undefined && (present(instance) || !instance.leaving)) continue;
      if (instance !== undefined) this.#remove(instance);
      gone.push(cid);
    }
    return gone;
  }

  /** A client that never says what it dropped makes nothing grow for ever. */
  #sweep(): void {
    if (this.#byCid.size < this.#sweepAt) return;
    for (const instance of [...this.#byCid.values()]) if (!present(instance)) this.#remove(instance);
    // Those that are gone do not count against the limit.
    this.#sweepAt = Math.min(Math.max(256, this.#byCid.size * 2), this.#home.context.limits.components);
  }

  #limit(): void {
    const { components } = this.#home.context.limits;
    if (this.#byCid.size < components) return;
    throw componentLimit(this.#home.name, components);
  }

  #remove(instance: ComponentInstance): void {
    this.#byCid.delete(instance.cid);
    this.#byKind.get(instance.kind)?.delete(instance.id);
    this.#touched.delete(instance);
    instance.end();
  }

  /** The view has ended, and everything in it. */
  end(): void {
    for (const instance of this.#byCid.values()) instance.end();
  }
}

/** How often what a component renders may lead to another round of updates, and a page to another pass. */
export const MAX_ROUNDS = 100;

/** A page that is never done: rendering it changes what it renders. */
export function endless(view: string): HoldfastError {
  return new HoldfastError("render_loop", {
    what: `The view "${view}" did not come to an end: rendering it changes what it renders.`,
    expected: `at most ${MAX_ROUNDS} rounds of updates in one render`,
    fix: "let update change a parent only if something is new for it, and give lists and functions as props that stay the same",
  });
}

/** A page of more live parts than the limit allows. */
export function componentLimit(view: string, limit: number): HoldfastError {
  return new HoldfastError("component_limit", {
    what: `A page of the view "${view}" has more than ${limit} live components, or nested views.`,
    expected: "components for what has state of its own, function components for everything else",
    fix: "raise the limit `components`, or render rows with a function",
  });
}

function redirectRefused(kind: ComponentKind): HoldfastError {
  return new HoldfastError("socket_misuse", {
    what: `The component "${kind.name}" redirects in its mount.`, expected: "a redirect from the view's mount, or from an event",
    fix: "decide in the view, in an on-mount hook or in authorize",
  });
}

function checkProps(kind: ComponentKind, props: Readonly<Record<string, unknown>>): void {
  const name = Object.keys(props).find((key) => props[key] instanceof Stream || props[key] instanceof TemporaryAssign);
  if (name === undefined) return;
  throw new HoldfastError("stream_misuse", {
    what: `The component "${kind.name}" is given a stream or a temporary assign as "${name}".`,
    expected: "a stream where it is kept: what was sent is forgotten, and a component may render later than its parent",
    fix: `mount: (socket, { items }) => ({ ${name}: stream(items) }) in the component, or render it in the parent's template`,
  });
}

function sameProps(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean {
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.is(a[key], b[key]) && Object.hasOwn(b, key));
}
