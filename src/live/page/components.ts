import { Tree, type ComponentHost, type WireNode } from "../../diff/index.js";
import { HoldfastError } from "../../errors/index.js";
import { renderToString, type ComponentCall, type Embedder, type Template } from "../../html/index.js";
import type { DefinedComponent } from "../definition/index.js";
import type { ViewHandle } from "../socket/index.js";
import { standsInPage, streamDepth, type Caller } from "./caller.js";
import { ComponentInstance } from "./component-instance.js";
import { ComponentNumbers } from "./component-numbers.js";
import { ComponentTable } from "./component-table.js";
import { updateCalled, updateSent, type Props } from "./component-updates.js";
import { MAX_ROUNDS, renderLoop } from "./render-limits.js";

/** A page's live components: called by templates, updated together, rendered, and removed when both sides agree. */
export class Components {
  readonly table: ComponentTable;
  readonly #view: ViewHandle;
  readonly #host: ComponentHost;
  /** The view's own template. */
  readonly #root: Caller;
  readonly #numbers: ComponentNumbers;
  /** The components called since the last update, with their props. */
  #calls = new Map<ComponentInstance, Props>();
  #repeated = false;
  #caller: Caller;
  /** The components called in this frame: none may be called from two places. */
  readonly #called = new Set<ComponentInstance>();
  readonly #touched = new Set<ComponentInstance>();
  /** For each root template a component that the client has: the next one of its definition is cloned from it. */
  readonly #models = new Map<Template, ComponentInstance>();
  /** The components cloned in this frame, by the one they were cloned from. */
  readonly #clones = new Map<ComponentInstance, Set<ComponentInstance>>();
  #appeared = 0;

  constructor(view: ViewHandle, host: ComponentHost, root: Caller, numbers = ComponentNumbers.first()) {
    this.table = new ComponentTable(view.name, view.context.limits.components);
    this.#view = view;
    this.#host = host;
    this.#root = root;
    this.#numbers = numbers;
    this.#caller = root;
  }

  /** The component whose template is being compared; outside of all, the view's own. */
  get caller(): Caller {
    return this.#caller;
  }

  /** A template calls a component: it appears, or it is updated. None of its code runs before the next update. */
  call({ definition: called, id, props }: ComponentCall, streamed = false): ComponentInstance {
    const definition = called as DefinedComponent;
    const known = this.table.find(definition, id);
    const caller = this.#caller;
    if (known !== undefined && !this.#repeated && this.#called.has(known) && (this.#calls.has(known) || known.caller !== caller)) {
      throw calledTwice(known);
    }
    const instance = known ?? this.#appear(definition, id);
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

  #appear(definition: DefinedComponent, id: string): ComponentInstance {
    this.table.checkRoom();
    const cid = this.#numbers.take(definition, id);
    const instance = new ComponentInstance(this.#view, this.#host, definition, id, cid, (touched) => this.#touched.add(touched));
    instance.appeared = ++this.#appeared;
    this.table.add(instance);
    return instance;
  }

  /** The client has forgotten all of them: those called now are sent whole. */
  renewed(): void {
    this.#models.clear();
    for (const instance of this.table.all()) {
      instance.tree.forget();
      instance.tree = new Tree(this.#host);
    }
  }

  /** Their definitions may have been replaced. */
  renew(): void {
    for (const instance of this.table.all()) instance.renew();
  }

  /** A list is written again after its comparison: its calls repeat. */
  repeat(): void {
    this.#repeated = true;
  }

  /** Whether anything needs an update or a render. */
  get waiting(): boolean {
    return this.#calls.size > 0 || this.#touched.size > 0;
  }

  /**
   * The depths in streams at which something is to be rendered, the deepest first: each takes a frame of its own.
   *
   * @param viewToo whether the view's own template is rendered as well
   */
  depths(viewToo: boolean): number[] {
    if (this.#touched.size === 0) return [];
    const depths = new Set([...this.#touched].map((instance) => streamDepth(instance, this.#called)));
    if (viewToo) depths.add(0);
    return [...depths].sort((a, b) => b - a);
  }

  async #update(): Promise<void> {
    const calls = this.#calls;
    if (calls.size === 0) return;
    this.#calls = new Map();
    this.#repeated = false;
    await updateCalled(this.#view, calls);
  }

  /** `sendUpdate`: new props from somewhere other than its parent. Nothing happens if it is not on the page. */
  async send(definition: object, props: Props): Promise<void> {
    const instance = this.table.find(definition as DefinedComponent, String(props["id"]));
    if (instance !== undefined) await updateSent(this.#view, instance, props);
  }

  /**
   * Updates and renders until nothing is left at a depth in streams: a rendered component may call others.
   *
   * @returns what changed, by number; undefined if nothing did, or if the view ended meanwhile
   */
  async settle(depth: number): Promise<Record<number, WireNode> | undefined> {
    let out: Record<number, WireNode> | undefined;
    const rendered = new Set<ComponentInstance>();
    const apart = new Set<ComponentInstance>();
    for (let round = 1; this.waiting; round++) {
      if (round > MAX_ROUNDS) throw renderLoop(this.#view.name);
      await this.#update();
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
        if (streamDepth(instance, this.#called) !== depth) {
          apart.add(instance);
          continue;
        }
        const wire = this.#wire(instance, out);
        if (wire !== undefined) (out ??= {})[instance.cid] = wire;
        rendered.add(instance);
        apart.delete(instance);
      }
    }
    for (const instance of rendered) {
      instance.flushed();
      instance.afterRender();
    }
    this.#endFrame();
    // What was changed meanwhile in a stream's earlier items waits for its own frame.
    for (const instance of apart) if (this.table.get(instance.cid) === instance) this.#touched.add(instance);
    return out;
  }

  #endFrame(): void {
    this.#called.clear();
    this.#clones.clear();
    this.#repeated = false;
    this.#caller = this.#root;
    for (const instance of this.table.takeGone()) this.#remove(instance);
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
    if (model?.tree.template === rendered.template && this.table.get(model.cid) === model) {
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
    const instance = this.table.find(call.definition as DefinedComponent, call.id);
    if (instance?.page === undefined) {
      this.call(call);
      return "";
    }
    return renderToString(instance.page, embedder).replace(/^<[^\s/>]+/, `$& data-phx-component="${instance.cid}"`);
  }

  /** During the GET: updates and renders those that were called. */
  async settlePages(): Promise<void> {
    await this.#update();
    // Without this check, a component that was never mounted would be requested forever.
    if (!this.#view.mayRun()) throw new Error(`the view ${this.#view.name} ended while its page was made`);
    for (const instance of this.#touched) instance.page = instance.render();
    this.#touched.clear();
    this.#called.clear();
  }

  /** The client announces that they will leave its page; what is rendered before it confirms that stays. */
  willDestroy(cids: readonly unknown[]): void {
    for (const cid of cids) {
      const instance = this.table.get(cid);
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
      const instance = this.table.get(cid);
      if (instance !== undefined && (standsInPage(instance) || !instance.leaving)) continue;
      if (instance !== undefined) this.#remove(instance);
      gone.push(cid);
    }
    return gone;
  }

  #remove(instance: ComponentInstance): void {
    this.table.remove(instance);
    this.#touched.delete(instance);
    instance.tree.forget();
    instance.end();
  }

  /** Ends all of them, together with the view. */
  end(): void {
    for (const instance of this.table.all()) instance.end();
  }
}

function calledTwice({ definition, id }: ComponentInstance): HoldfastError {
  return new HoldfastError("component_id_invalid", {
    what: `Two components "${definition.name}" have the same id.`, expected: "a unique id for each",
    got: `${JSON.stringify(id.slice(0, 40))} twice`, fix: "derive it from the item's id",
  });
}
