import { Tree, type ComponentHost, type ComponentIdentity, type CondensedItems, type Slot, type WireNode } from "../../diff/index.js";
import {
  renderToString, type ComponentCall, type Comprehension, type Embedder, type EventSeal, type PushedEvent, type Rendered,
  type ShownForm, type StaticBinding, type Template, type ViewCall,
} from "../../html/index.js";
import { andThen, type MaybePromise } from "../../mailbox/index.js";
import type { JsonText } from "../../protocol/index.js";
import { began, spans } from "../../telemetry/index.js";
import { templateOf } from "../definition/index.js";
import type { Redirect } from "../socket/index.js";
import type { Caller } from "./caller.js";
import type { ComponentInstance } from "./component-instance.js";
import { ComponentNumbers } from "./component-numbers.js";
import type { ComponentTable } from "./component-table.js";
import { Components } from "./components.js";
import { callLayout } from "./layout-call.js";
import { NestedViews } from "./nested-views.js";
import type { PageView } from "./page-view.js";
import { MAX_ROUNDS, renderLoop } from "./render-limits.js";
import { ShownEvents, type ShownParts } from "./shown-events.js";
import { checkNames } from "./undeclared-events.js";
import type { AnyLayout } from "./view-init.js";

/**
 * A view's page: its template, its live components, its nested views, and what the browser has of all of them. It renders to
 * HTML for the GET, to a tree for the join, and to a diff from then on.
 */
export class Page implements ComponentHost, Embedder, Caller, ShownParts {
  renders = 0;
  rendering = false;
  /** How many renders there were, those of components alone included. */
  #frames = 0;
  readonly #view: PageView;
  readonly #shown: ShownEvents;
  #layout: AnyLayout | undefined;
  #tree: Tree | undefined;
  #components: Components | undefined;
  #numbers = ComponentNumbers.first();
  #nested: NestedViews | undefined;
  /** Whether the last diff is the tree's alone: no components, nothing of the features. */
  #bare = false;
  /** How many renders in a row have required another one. */
  #again = 0;

  constructor(view: PageView) {
    this.#view = view;
    this.#shown = new ShownEvents(view);
    this.#layout = view.init.layout;
  }

  set layout(layout: AnyLayout | undefined) {
    this.#layout = layout;
    this.#view.touch();
  }

  // ---- rendering ----

  /** The page's template, inside the live layout. */
  #template(): Rendered {
    const { name } = this.#view;
    began(name, "(render)");
    return spans.render.heard ? spans.render.run({ view: name }, () => this.#build()) : this.#build();
  }

  #build(): Rendered {
    const { definition, assigns } = this.#view;
    const rendered = templateOf(definition.render(assigns, definition.refs), `view "${definition.name}"`);
    if (this.#layout === undefined) return rendered;
    const laidOut = callLayout(this.#layout, { ...assigns, inner: rendered }, () =>
      this.#view.context.log("layout without inner", { view: definition.name }),
    );
    return templateOf(laidOut, `live layout around the view "${definition.name}"`);
  }

  /** The HTML for the GET, with components and nested views; a redirect if a nested view wants one. */
  html(): MaybePromise<string | Redirect> {
    this.rendering = true;
    return this.#written(this.#template(), 1);
  }

  #written(rendered: Rendered, pass: number): MaybePromise<string | Redirect> {
    const html = renderToString(rendered, this);
    if (this.#components?.waiting || this.#nested?.waiting) return this.#writtenAgain(rendered, pass);
    this.#view.flushed();
    this.#view.afterRender();
    this.#leave([rendered, ...(this.#components?.table.written() ?? [])]);
    return html;
  }

  /**
   * Components and nested views that were called for the first time have nothing to show yet: mounts them, and writes the
   * page again.
   */
  async #writtenAgain(rendered: Rendered, pass: number): Promise<string | Redirect> {
    if (pass >= MAX_ROUNDS) throw renderLoop(this.#view.name);
    await this.#components?.settlePages();
    return (await this.#nested?.settlePages()) ?? this.#written(rendered, pass + 1);
  }

  /** The join's whole tree. */
  full(): MaybePromise<WireNode> {
    this.#numbers = this.#shown.follow();
    const tree = (this.#tree = new Tree(this));
    const dirty = this.#begin();
    const own = tree.full(this.#template());
    this.#shown.followed(tree.shown, this.#numbers);
    return andThen(this.#withComponents(own, dirty), (whole) => whole!);
  }

  /** What changed since the last render, plus what the features add; undefined if nothing did. */
  diff(): MaybePromise<WireNode | undefined> {
    return spans.diff.heard ? spans.diff.run({ view: this.#view.name }, () => this.#compared()) : this.#compared();
  }

  #compared(): MaybePromise<WireNode | undefined> {
    const depths = this.#components?.depths(this.#view.dirty);
    return depths !== undefined && depths.length > 1 ? this.#fromInside(depths) : this.#frame(depths?.[0]);
  }

  /** Changes in a stream's earlier items and around them: the inner ones are pushed first, each depth in a frame of its own. */
  async #fromInside(depths: readonly number[]): Promise<WireNode | undefined> {
    for (const depth of depths.slice(0, -1)) {
      this.rendering = true;
      this.#frames++;
      const components = await this.#components!.settle(depth);
      if (!this.#view.alive) return undefined;
      this.rendering = false;
      if (components !== undefined) this.#view.pushDiff({ c: components });
    }
    return this.#frame(depths.at(-1));
  }

  #frame(depth: number | undefined): MaybePromise<WireNode | undefined> {
    const dirty = this.#begin();
    return dirty ? this.#withComponents(this.#tree!.diff(this.#template()), true) : this.#withComponents(undefined, false, depth);
  }

  /** A render begins. Returns whether the view itself has changed. */
  #begin(): boolean {
    const view = this.#view;
    const { dirty } = view;
    view.dirty = false;
    this.rendering = true;
    this.#frames++;
    if (dirty) this.renders++;
    return dirty;
  }

  /** Adds the components to the view's own part. They may have to wait for data. */
  #withComponents(diff: WireNode | undefined, dirty: boolean, depth = 0): MaybePromise<WireNode | undefined> {
    const view = this.#view;
    if (dirty) view.flushed();
    if (!this.#components?.waiting) return this.#finish(diff, dirty);
    return this.#components.settle(depth).then((components) => {
      if (!view.alive) return undefined;
      return components === undefined ? this.#finish(diff, dirty) : this.#finish({ ...diff, c: components }, dirty, false);
    });
  }

  /** @param bare whether the diff is the tree's alone */
  #finish(diff: WireNode | undefined, viewToo: boolean, bare = true): WireNode | undefined {
    const view = this.#view;
    this.rendering = false;
    this.#nested?.rendered();
    if (viewToo) view.afterRender();
    // If the components changed the view itself, or what needs a frame of its own, it renders again.
    if (!view.dirty && !this.#components?.waiting) this.#again = 0;
    else if (++this.#again > MAX_ROUNDS) throw renderLoop(view.name);
    else view.post(() => undefined);
    const frame: WireNode = diff ?? {};
    const added = view.addTo(frame);
    this.#bare = bare && !added;
    return diff !== undefined || added ? frame : undefined;
  }

  /** The last diff as it is pushed: many views push the same one after a broadcast, and its JSON is written once for them all. */
  pushed(diff: WireNode): JsonText | WireNode {
    return this.#bare ? this.#tree!.sharedJson(diff) : diff;
  }

  /** The last diff as it answers an event. */
  answered(diff: WireNode): JsonText | WireNode {
    return this.#bare ? this.#tree!.json(diff) : diff;
  }

  /** True while there are changes that must not wait for a slow reader. */
  get mustSend(): boolean {
    return this.#view.mustSend || (this.#components?.table.mustSend ?? false);
  }

  /** The code of its templates may have changed: the next diff sends the whole page. */
  renew(): void {
    this.#tree?.forget();
    this.#components?.renew();
    this.#view.touch();
  }

  // ---- components and nested views ----

  /** The component of this number, if the page has it. */
  component(cid: unknown): ComponentInstance | undefined {
    return this.#components?.table.get(cid);
  }

  /** How many subscriptions, timers and tasks all components hold. */
  get holds(): number {
    return this.#components?.table.holds ?? 0;
  }

  sendUpdate(component: object, props: Readonly<Record<string, unknown>>): MaybePromise<void> {
    return this.#components?.send(component, props);
  }

  /** The client announces that components will leave its page. */
  willDestroy(cids: readonly unknown[]): void {
    this.#components?.willDestroy(cids);
  }

  /** The client says that they have left. Returns those that are gone here too. */
  destroyed(cids: readonly unknown[]): readonly number[] {
    return this.#components?.destroyed(cids) ?? [];
  }

  /** The call of a nested view that the page shows. */
  nestedCall(id: string): ViewCall | undefined {
    return this.#nested?.call(id);
  }

  // ---- events ----

  /**
   * Finds the event of this name, if the page shows it: in the target's own part, or where it was passed on.
   *
   * @param moment `shown`: now. `recent`: now, or a moment ago
   * @param outsideForms true: what a form pushes does not count
   */
  findEvent(name: string, target: number | undefined, moment: "shown" | "recent", outsideForms: boolean): PushedEvent | undefined {
    return this.#shown.find(this, { name, target, outsideForms }, moment);
  }

  /** The forms that push an event, with the fields that their user cannot change; if the page shows none, those of a moment ago. */
  formsOf(name: string, target: number | undefined): readonly ShownForm[] {
    return this.#shown.forms(this, { name, target });
  }

  get tree(): Tree | undefined {
    return this.#tree;
  }
  get table(): ComponentTable | undefined {
    return this.#components?.table;
  }

  // ---- for trees and templates ----

  componentNumber(call: ComponentCall, streamed: boolean): number {
    return this.#table().call(call, streamed).cid;
  }
  componentHtml(call: ComponentCall): string {
    return this.#table().html(call, this);
  }
  #table(): Components {
    return (this.#components ??= new Components(this.#view, this, this, this.#numbers));
  }

  listing(list: Comprehension | readonly unknown[]): CondensedItems {
    return this.#shown.listing(list);
  }

  repeat(): void {
    this.#components?.repeat();
    this.#nested?.repeat();
  }
  renewed(): void {
    this.#components?.renewed();
  }
  slotReplaced(slot: Slot): void {
    this.#shown.replaced.addSlot(slot, this.#frames);
  }
  itemsRemoved(template: Template, slots: readonly Slot[]): void {
    this.#shown.replaced.addItems(template, slots, this.#frames);
  }
  formsChanged(template: Template, slots: readonly Slot[]): void {
    this.#shown.replaced.addForms(template, slots, this.#frames);
  }
  names(template: Template): void {
    const { context, init, name } = this.#view;
    if (!context.development) return;
    checkNames(init, template, (details) => context.log("event without handler", { view: name, ...details }));
  }
  forgets(bindings: readonly StaticBinding[]): void {
    this.#shown.forgets(bindings);
  }
  get seal(): EventSeal {
    return this.#view.seal;
  }

  viewElement(call: ViewCall, streamed: boolean): string {
    return this.#nestedViews().container(call, streamed, this.#components?.caller ?? this);
  }
  viewHtml(call: ViewCall): string {
    return this.#nestedViews().html(call);
  }
  #nestedViews(): NestedViews {
    const view = this.#view;
    return (this.#nested ??= new NestedViews(view, (init) => view.beginNested(init), (ids) => view.dropNested(ids)));
  }

  end(): void {
    // If a comparison threw, the tree holds what the browser never received.
    const root = this.rendering ? undefined : this.#tree?.shown;
    if (root === undefined) this.#shown.end();
    else this.#leave([root, ...(this.#components?.table.shown() ?? [])]);
    this.#nested?.end();
    this.#components?.end();
  }

  /** @param shown what the browser has of the view itself and of each component */
  #leave(shown: readonly Slot[]): void {
    this.#shown.leave(shown, this.#components?.table.numbers() ?? NO_COMPONENTS, this.#numbers);
  }
}

const NO_COMPONENTS: ReadonlyMap<number, ComponentIdentity> = new Map();
