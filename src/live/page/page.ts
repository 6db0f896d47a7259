import { condensed, CondensedItems, formsOf, Replaced, Tree, weightOf, type ComponentHost, type ComponentIdentity, type Slot, type Wanted, type WireNode, type WrittenLists } from "../../diff/index.js";
import { NOTHING_LOCKED, renderToString, type ComponentCall, type Comprehension, type Embedder, type EventSeal, type PushedEvent, type Rendered, type ShownForm, type StaticBinding, type Template, type ViewCall } from "../../html/index.js";
import { andThen, type MaybePromise } from "../../mailbox/index.js";
import type { JsonText } from "../../protocol/index.js";
import { began, spans } from "../../telemetry/index.js";
import { templateOf } from "../definition/index.js";
import type { OwnerState, Redirect, ViewHandle } from "../socket/index.js";
import type { Caller } from "./caller.js";
import type { ComponentInstance } from "./component-instance.js";
import { ComponentNumbers } from "./component-numbers.js";
import { Components } from "./components.js";
import { callLayout } from "./layout-call.js";
import { LeftPage } from "./left-pages.js";
import { NestedViews, type NestedPage, type ParentView } from "./nested-views.js";
import { MAX_ROUNDS, renderLoop } from "./render-limits.js";
import type { AnyLayout, ViewInit } from "./view-init.js";

/** The view that the page belongs to. */
export interface PageView extends OwnerState, ParentView, Omit<ViewHandle, "context"> {
  /** Begins a nested view for the GET. */
  beginNested(init: ViewInit): NestedPage;
  /** Ends nested views that the page no longer shows. */
  dropNested(ids: readonly string[]): void;
  /** Proves that an event was rendered, where the server forgets what it wrote. */
  readonly seal: EventSeal;
}

/**
 * A view's page: its template, its live components, its nested views, and what the browser has of all of them. It renders to
 * HTML for the GET, to a tree for the join, and to a diff from then on.
 */
export class Page implements ComponentHost, Embedder, Caller {
  renders = 0;
  rendering = false;
  /** How many renders there were, those of components alone included. */
  #frames = 0;
  readonly #view: PageView;
  #layout: AnyLayout | undefined;
  #tree: Tree | undefined;
  #components: Components | undefined;
  #numbers = ComponentNumbers.first();
  #nested: NestedViews | undefined;
  #replaced: Replaced | undefined;
  /** Event names written where the server forgets them and the browser keeps them. */
  #forgotten: Set<string> | undefined;
  /** The lists of the HTML that is being written, with their items. */
  #lists: WrittenLists | undefined;
  /** Whether the last diff is the tree's alone: no components, nothing of the features. */
  #bare = false;
  /** How many renders in a row have required another one. */
  #again = 0;

  constructor(view: PageView) {
    this.#view = view;
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
    const { init: { view }, assigns } = this.#view;
    const rendered = templateOf(view.render(assigns, view.refs), `view "${view.name}"`);
    if (this.#layout === undefined) return rendered;
    const laidOut = callLayout(this.#layout, { ...assigns, inner: rendered }, () => this.#view.context.log("layout without inner", { view: view.name }));
    return templateOf(laidOut, `live layout around the view "${view.name}"`);
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
    this.#remember([rendered, ...(this.#components?.table.written() ?? [])]);
    return html;
  }

  /** Remembers the last render, which the browser shows until its next join, and what it replaced. */
  #remember(shown: readonly Slot[], replaced?: Replaced): void {
    const key = pageKey(this.#view);
    if (key === undefined) return replaced?.end();
    // Many are never joined again, so each keeps as little as it can.
    const slots = shown.map((slot) => condensed(slot, this.#lists));
    const weight = slots.reduce<number>((sum, slot) => sum + weightOf(slot), 0);
    this.#view.context.leftPages.keep(key, new LeftPage(slots, this.#components?.table.numbers() ?? NO_COMPONENTS, this.#numbers.last, weight, replaced));
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
    const key = pageKey(this.#view);
    const before = key === undefined ? undefined : this.#view.context.leftPages.take(key);
    if (before !== undefined) this.#replacements().follows(before);
    // A nested view's key may be that of the same view in another tab, whose numbers mean other components.
    this.#numbers = this.#view.init.routes === undefined ? ComponentNumbers.unused() : before?.nextNumbers() ?? ComponentNumbers.unused();
    const tree = (this.#tree = new Tree(this));
    const dirty = this.#begin();
    return andThen(this.#withComponents(tree.full(this.#template()), dirty), (whole) => whole!);
  }

  /** What changed since the last render, plus what the features add; undefined if nothing did. */
  diff(): MaybePromise<WireNode | undefined> {
    return spans.diff.heard ? spans.diff.run({ view: this.#view.name }, () => this.#compared()) : this.#compared();
  }

  #compared(): MaybePromise<WireNode | undefined> {
    const dirty = this.#begin();
    return this.#withComponents(dirty ? this.#tree!.diff(this.#template()) : undefined, dirty);
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
  #withComponents(diff: WireNode | undefined, dirty: boolean): MaybePromise<WireNode | undefined> {
    const view = this.#view;
    if (dirty) view.flushed();
    if (!this.#components?.waiting) return this.#finish(diff, dirty);
    return this.#components.settle().then((components) => {
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
    // If the components changed the view itself, it renders again.
    if (!view.dirty) this.#again = 0;
    else if (++this.#again > MAX_ROUNDS) throw renderLoop(view.name);
    else view.post(() => undefined);
    const frame: WireNode = diff ?? {};
    const added = view.addTo(frame);
    this.#bare = bare && !added;
    return diff !== undefined || added ? frame : undefined;
  }

  /** The last diff as it is pushed: many views push the same one after a broadcast, and its JSON is written once for them all. */
  pushed(diff: WireNode): JsonText | WireNode {
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
    const found = target === undefined
      ? this.#tree?.find(name, target, outsideForms) ?? this.#components?.table.findEvent(name, target, outsideForms)
      : this.#components?.table.findEvent(name, target, outsideForms) ?? this.#tree?.find(name, target, outsideForms);
    if (found === undefined && target === undefined && this.#forgotten?.has(name) === true) return { name, target };
    return found ?? (moment === "recent" ? this.#replaced?.find({ name, target, outsideForms }, this.component(target)) : undefined);
  }

  /**
   * The forms that push an event, with the fields that their user cannot change; if the page shows none, those of a moment ago. What was
   * forgotten may push it too, from a form with other fields: then nobody knows which of them came.
   */
  formsOf(name: string, target: number | undefined): readonly ShownForm[] {
    const wanted: Wanted = { name, target };
    const component = (cid: number): Slot => this.component(cid)?.tree.shown;
    const shown = formsOf(this.#tree?.shown, wanted, component);
    const forms = shown.length > 0 ? shown : this.#replaced?.forms(wanted, this.component(target), component) ?? shown;
    if (target !== undefined || this.#forgotten?.has(name) !== true) return forms;
    return forms.map(({ uploads }) => ({ locked: NOTHING_LOCKED, uploads }));
  }

  // ---- for trees and templates ----

  componentNumber(call: ComponentCall, streamed: boolean): number {
    return this.#table().call(call, streamed).cid;
  }
  componentHtml(call: ComponentCall): string {
    return this.#table().html(call, this);
  }
  #table(): Components {
    return (this.#components ??= new Components(this.#view as ViewHandle, this, this, this.#numbers));
  }

  listing(list: Comprehension | readonly unknown[]): CondensedItems {
    const lists = (this.#lists ??= new Map());
    const items = new CondensedItems(lists);
    lists.set(list, items);
    return items;
  }

  repeat(): void {
    this.#components?.repeat();
    this.#nested?.repeat();
  }
  renewed(): void {
    this.#components?.renewed();
  }
  replaced(template: Template | undefined, slots: readonly Slot[], ofForm = false): void {
    this.#replacements().add(template, slots, this.#frames, ofForm);
  }
  #replacements(): Replaced {
    return (this.#replaced ??= new Replaced(() => this.#view.submitsLater));
  }
  forgets(bindings: readonly StaticBinding[]): void {
    if (bindings.length === 0) return;
    const forgotten = (this.#forgotten ??= new Set());
    for (const { value } of bindings) forgotten.add(value);
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
    if (root === undefined) this.#replaced?.end();
    else this.#remember([root, ...(this.#components?.table.shown() ?? [])], this.#replaced);
    this.#nested?.end();
    this.#components?.end();
  }
}

const NO_COMPONENTS: ReadonlyMap<number, ComponentIdentity> = new Map();

/**
 * Identifies a page across its GET, its join and its rejoins: the same view under the same id, for the same session, at the
 * same URL or with the same parameters from its parent. Undefined if those are not plain data.
 */
function pageKey({ init, location }: PageView): string | undefined {
  try {
    const where = init.routes === undefined ? JSON.stringify(location.params) : location.path;
    return `${init.bond.id}\n${init.id}\n${init.view.identity}\n${where}`;
  } catch {
    return undefined;
  }
}
