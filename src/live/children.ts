import { HoldfastError } from "../errors/index.js";
import { ViewCall } from "../html/index.js";
import { componentLimit, present, type Called, type Caller } from "./component-table.js";
import { containerHtml } from "./container.js";
import type { Redirect } from "./control.js";
import type { Birth } from "./birth.js";
import type { LiveProcess } from "./process.js";
import { running } from "./running.js";
import type { LiveView } from "./view.js";

/** What the sealed token of a nested view says. */
export interface ChildToken {
  /** The parent's id; a sticky view has none, it outlives its parents. */
  readonly parent: string | undefined;
  /** A sticky view's name and what it was given: nobody else will know them when it joins again. */
  readonly sticky: { readonly view: string; readonly session: Readonly<Record<string, unknown>> } | undefined;
  readonly sessionId: string;
}

/** Options of `liveRender`. */
export interface LiveRenderOptions {
  /** The nested view's id, unique in the document: its element's id and its topic. */
  id: string;
  /** What it is given: its `params`, parsed by its schema. JSON, sealed; the client cannot read or change it. */
  session?: Readonly<Record<string, unknown>>;
  /** True: it survives live navigation, as long as the pages there render it with the same id. Default false. */
  sticky?: boolean;
}

/**
 * A live view within another, with a mailbox of its own: it crashes alone, and it ends with its parent. `assignNew` takes
 * what its parent has.
 *
 * @throws HoldfastError `component_id_invalid`; `view_definition_invalid` for a sticky view without a name
 * @example
 * html`<aside>${liveRender(Chat, { id: "chat", session: { room: room.id } })}</aside>`
 */
export function liveRender(view: LiveView, { id, session = {}, sticky = false }: LiveRenderOptions): ViewCall {
  if (typeof id !== "string" || !/^[\w-]{1,64}$/.test(id)) {
    throw new HoldfastError("component_id_invalid", {
      what: `The nested view "${view.name}" has no usable id.`, expected: "1 to 64 letters, digits, _ or -",
      got: typeof id === "string" ? JSON.stringify(id.slice(0, 40)) : typeof id, fix: `liveRender(View, { id: "chat" })`,
    });
  }
  if (sticky && view.name === "view") {
    throw new HoldfastError("view_definition_invalid", {
      what: "A sticky view has no name.", expected: "a name: by it the view is found again when its client reconnects",
      fix: `liveView.define({ name: "player", … })`,
    });
  }
  return new ViewCall(view, id, session, sticky);
}

interface Child extends Called {
  readonly view: ViewCall;
  html: string | undefined;
}

/** The nested views that a page calls. */
export class Children {
  readonly #parent: LiveProcess;
  readonly #begin: (birth: Birth) => LiveProcess;
  readonly #byId = new Map<string, Child>();
  #waiting: Child[] = [];
  #pages: LiveProcess[] = [];
  #repeated = false;

  /** @param begin makes a nested view's process */
  constructor(parent: LiveProcess, begin: (birth: Birth) => LiveProcess) {
    this.#parent = parent;
    this.#begin = begin;
  }

  /** The call of a nested view that the page holds. */
  call(id: string): ViewCall | undefined {
    const child = this.#byId.get(id);
    return child !== undefined && present(child) ? child.view : undefined;
  }

  /** Over the socket: the element that the client joins by itself. It stays the same as long as it is the same view. */
  container(call: ViewCall, streamed: boolean, caller: Caller): string {
    const before = this.#byId.get(call.id);
    if (before !== undefined && before.caller === caller && before.calledAt === caller.renders && !this.#repeated) throw twice(call);
    const known = before?.view;
    // A view that stays in the page goes on as it began; one that comes back begins anew with what it is given now.
    const stays = known !== undefined && known.definition === call.definition && known.sticky === call.sticky;
    const child = stays ? before! : this.#add(call);
    child.streamed = streamed;
    child.caller = caller;
    child.calledAt = caller.renders;
    return (child.html ??= this.#element(call, ""));
  }

  #add(view: ViewCall): Child {
    const { components } = this.#parent.context.limits;
    if (this.#byId.size >= components) throw componentLimit(this.#parent.name, components);
    const child: Child = { view, html: undefined, caller: undefined, calledAt: 0, streamed: false };
    this.#byId.set(view.id, child);
    return child;
  }

  /** A list is written anew behind its comparison: what it has called it calls again. */
  repeat(): void {
    this.#repeated = true;
  }

  /** The page has been rendered: what it does not show any more is forgotten. */
  rendered(): void {
    this.#repeated = false;
    const gone = [...this.#byId].filter(([, child]) => !present(child)).map(([id]) => id);
    if (gone.length === 0) return;
    for (const id of gone) this.#byId.delete(id);
    // Whatever their clients say: what its parent does not show, a nested view does not go on showing.
    this.#parent.host?.dropped(gone);
  }

  #register(view: LiveView): void {
    const { stickyViews } = this.#parent.context;
    const known = stickyViews.get(view.name) ?? view;
    if (known !== view) {
      throw new HoldfastError("view_definition_invalid", {
        what: `Two sticky views are named "${view.name}".`, expected: "a name of its own for each",
        fix: "rename one: by its name a sticky view is found again when its client reconnects",
      });
    }
    stickyViews.set(view.name, view);
  }

  #element(call: ViewCall, inner: string): string {
    const parent = this.#parent;
    const { context, birth } = parent;
    const view = call.definition as LiveView;
    if (call.sticky) this.#register(view);
    const token: ChildToken = {
      parent: call.sticky ? undefined : parent.id,
      sticky: call.sticky ? { view: view.name, session: call.session } : undefined,
      sessionId: birth.bond.id,
    };
    const ttlMs = Math.max(1, Math.min(context.limits.pageTokenMs, birth.bond.expiresAt - Date.now()));
    // Over HTTP the client is given no token but a sticky view's: the parent's join brings the others.
    const sealed = parent.connected || call.sticky ? context.keyring.seal("child", token, { ttlMs, bind: `lv:${call.id}` }) : "";
    const own: Record<string, string> = { id: call.id, "data-phx-session": sealed, "data-phx-static": "" };
    if (call.sticky) own["data-phx-sticky"] = "";
    else own["data-phx-parent-id"] = parent.id;
    return containerHtml(view.container, own, inner);
  }

  // ---- over HTTP ----

  /** The nested page; empty as long as it has not been mounted. */
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

  /** Mounts and renders those that were called. What redirects sends the whole page elsewhere. */
  async settlePages(): Promise<Redirect | undefined> {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const child of waiting) {
      const page = this.#begin(childBirth(this.#parent, child.view));
      this.#pages.push(page);
      const target = await running.run(page, () => page.mount());
      if (target !== undefined) return target;
      if (!page.alive) throw new Error(`the nested view ${page.name} crashed while its page was made`);
      const html = await running.run(page, () => page.renderHtml());
      if (typeof html !== "string") return html;
      child.html = this.#element(child.view, html);
    }
    return undefined;
  }

  end(): void {
    for (const page of this.#pages) page.end();
  }
}

function twice({ id }: ViewCall): HoldfastError {
  return new HoldfastError("component_id_invalid", {
    what: "Two nested views have the same id.", expected: "an id of its own for each", got: `${JSON.stringify(id)} twice`,
    fix: "make it of what the view shows: liveRender(Chat, { id: `chat-${room.id}` })",
  });
}

/** How a nested view begins: where its parent is, with what its parent gives it. */
export function childBirth(parent: LiveProcess, call: ViewCall): Birth {
  const { birth, location } = parent;
  return {
    ...birth,
    id: call.id, view: call.definition as LiveView, hooks: [], layout: undefined,
    location: { uri: location.uri, params: call.session, action: undefined },
    session: { ...birth.session, ...call.session }, flash: {}, routes: undefined,
    inherited: (key) => (Object.hasOwn(parent.assigns, key) ? parent.assigns[key] : undefined),
  };
}
