import { HoldfastError } from "../../errors/index.js";
import type { ViewCall } from "../../html/index.js";
import { containerHtml } from "../definition/index.js";
import type { Assigns, Flash, Redirect } from "../socket/index.js";
import { standsInPage, type Called, type Caller } from "./caller.js";
import type { PageContext } from "./page-context.js";
import { pageLimit } from "./render-limits.js";
import type { AnyView, Location, ViewInit } from "./view-init.js";

/** The content of a nested view's sealed token. */
export interface ChildToken {
  /** The parent's id; a sticky view has none, because it outlives its parents. */
  readonly parent: string | undefined;
  readonly sticky: StickyToken | undefined;
  readonly sessionId: string;
}

/** What nobody else knows of a sticky view when it joins again. */
interface StickyToken {
  readonly view: string;
  readonly session: Readonly<Record<string, unknown>>;
  /** The page that showed it: whatever guards that page guards this view too. Undefined in a token of an earlier release. */
  readonly page: Pick<Location, "path" | "plainRoute"> | undefined;
}

/** The view whose page calls nested ones. */
export interface ParentView {
  readonly id: string;
  readonly name: string;
  readonly connected: boolean;
  readonly init: ViewInit;
  readonly location: Location;
  readonly assigns: Assigns;
  readonly context: PageContext;
  /** Takes over the flash of a nested view that leads elsewhere. */
  takeFlash(flash: Flash): void;
}

/** A nested view while its HTML is rendered for the GET. */
export interface NestedPage {
  readonly name: string;
  readonly alive: boolean;
  /** Mounts and renders it; a redirect sends the whole page elsewhere. */
  pageHtml(): Promise<string | Redirect>;
  /** Flash messages that nobody has seen yet. */
  readonly unseenFlash: Flash;
  end(): void;
}

interface Child extends Called {
  readonly view: ViewCall;
  html: string | undefined;
}

/** The nested views that a page calls. */
export class NestedViews {
  readonly #parent: ParentView;
  readonly #begin: (init: ViewInit) => NestedPage;
  readonly #dropped: (ids: readonly string[]) => void;
  readonly #byId = new Map<string, Child>();
  #waiting: Child[] = [];
  readonly #pages: NestedPage[] = [];
  #repeated = false;

  /**
   * @param begin begins a nested view for the GET
   * @param dropped called with the nested views that the page no longer shows
   */
  constructor(parent: ParentView, begin: (init: ViewInit) => NestedPage, dropped: (ids: readonly string[]) => void) {
    this.#parent = parent;
    this.#begin = begin;
    this.#dropped = dropped;
  }

  /** The call of a nested view on this page. */
  call(id: string): ViewCall | undefined {
    const child = this.#byId.get(id);
    return child !== undefined && standsInPage(child) ? child.view : undefined;
  }

  /** For the socket: the element that the client joins by itself. It stays the same as long as the view does. */
  container(call: ViewCall, streamed: boolean, caller: Caller): string {
    const before = this.#byId.get(call.id);
    if (before !== undefined && before.caller === caller && before.calledAt === caller.renders && !this.#repeated) throw twice(call);
    const known = before?.view;
    // A view that stays on the page keeps its session; one that returns begins with the current one.
    const stays = known !== undefined && known.definition === call.definition && known.sticky === call.sticky;
    const child = stays ? before! : this.#add(call);
    child.streamed = streamed;
    child.caller = caller;
    child.calledAt = caller.renders;
    return (child.html ??= nestedElement(this.#parent, call, ""));
  }

  #add(view: ViewCall): Child {
    const { components } = this.#parent.context.limits;
    if (this.#byId.size >= components) throw pageLimit(this.#parent.name, components);
    const child: Child = { view, html: undefined, caller: undefined, calledAt: 0, streamed: false };
    this.#byId.set(view.id, child);
    return child;
  }

  /** A list is written again after its comparison: its calls repeat. */
  repeat(): void {
    this.#repeated = true;
  }

  /** The page has been rendered: forgets what it no longer shows. */
  rendered(): void {
    this.#repeated = false;
    const gone = [...this.#byId].filter(([, child]) => !standsInPage(child)).map(([id]) => id);
    if (gone.length === 0) return;
    for (const id of gone) this.#byId.delete(id);
    // Whatever its client says, a nested view ends when its parent no longer shows it.
    this.#dropped(gone);
  }

  // ---- during the GET ----

  /** The nested page's HTML; empty until it is mounted. */
  html(call: ViewCall): string {
    const known = this.#byId.get(call.id);
    if (known !== undefined) {
      if (this.#waiting.includes(known)) throw twice(call);
      return known.html ?? "";
    }
    this.#waiting.push(this.#add(call));
    return "";
  }

  get waiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** Mounts and renders those that were called. A redirect sends the whole page elsewhere. */
  async settlePages(): Promise<Redirect | undefined> {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const child of waiting) {
      const page = this.#begin(nestedInit(this.#parent, child.view));
      this.#pages.push(page);
      const html = await page.pageHtml();
      if (typeof html !== "string") {
        this.#parent.takeFlash(page.unseenFlash);
        return html;
      }
      child.html = nestedElement(this.#parent, child.view, html);
    }
    return undefined;
  }

  end(): void {
    for (const page of this.#pages) page.end();
  }
}

function twice({ id }: ViewCall): HoldfastError {
  return new HoldfastError("component_id_invalid", {
    what: "Two nested views have the same id.", expected: "a unique id for each", got: `${JSON.stringify(id)} twice`,
    fix: "derive it from what the view shows: liveRender(Chat, { id: `chat-${room.id}` })",
  });
}

/**
 * The element of a nested view, with what its join needs.
 *
 * @param parent the view that shows it; of a plain route the view itself, which nothing shows
 */
export function nestedElement(parent: ParentView, call: ViewCall, inner: string): string {
  const { context, init: { bond }, location: { path, plainRoute } } = parent;
  const view = call.definition as AnyView;
  if (call.sticky) context.stickyViews.add(view);
  const token: ChildToken = {
    parent: call.sticky ? undefined : parent.id,
    sticky: call.sticky ? { view: view.name, session: call.session, page: { path, plainRoute } } : undefined,
    sessionId: bond.id,
  };
  const ttlMs = Math.max(1, Math.min(context.limits.pageTokenMs, bond.expiresAt - Date.now()));
  // During the GET only sticky views get a token: the parent's join brings the others.
  const sealed = parent.connected || call.sticky ? context.keyring.seal("child", token, { ttlMs, bind: `lv:${call.id}` }) : "";
  const own: Record<string, string> = { id: call.id, "data-phx-session": sealed, "data-phx-static": "" };
  if (call.sticky) own["data-phx-sticky"] = "";
  else own["data-phx-parent-id"] = parent.id;
  return containerHtml(view.container, own, inner);
}

/** How a nested view begins: at its parent's location, with what its parent passes. */
export function nestedInit(parent: ParentView, call: ViewCall): ViewInit {
  const { init, location, assigns } = parent;
  return {
    ...init,
    id: call.id, view: call.definition as AnyView, hooks: [], layout: undefined, sticky: call.sticky,
    location: { uri: location.uri, path: location.path, params: call.session, action: undefined, plainRoute: location.plainRoute },
    session: { ...init.session, ...call.session }, flash: {}, routes: undefined,
    inherited: (key) => (Object.hasOwn(assigns, key) ? assigns[key] : undefined),
  };
}
