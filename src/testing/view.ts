import type { CheerioAPI } from "cheerio";
import { descendants, elementById, type DomElement } from "./dom.js";
import type { FormMemory } from "./form-memory.js";
import { MountedElements } from "./mounted.js";
import { componentsOf, missingComponents, outermostComponents } from "./document-components.js";
import { patchComponent, patchView, type DocumentState } from "./patch.js";
import { recoveryEvents, snapshotForms, type FormSnapshot } from "./recovery.js";
import { ClientTree, scopeOf, type FrameExtras } from "./rendered.js";
import { viewIdOf } from "./stream-changes.js";
import type { ViewContainer } from "./view-element.js";
import type { KitReply, KitSocket, ServerFrame } from "./wire.js";

/** A redirect of a page. */
export interface PageRedirect {
  /** `redirect` is a full page load, `navigate` stays on the socket. */
  readonly kind: "redirect" | "navigate";
  readonly to: string;
  /** The sealed flash for the next page. */
  readonly flash: string | undefined;
  /** True if it replaces the current entry of the browser's history. */
  readonly replace: boolean;
}

type Payload = Readonly<Record<string, unknown>>;

/** The tokens of a nested view, from its parent's join reply. */
export interface ViewTokens {
  readonly session: string;
  readonly static: string | undefined;
}

/** What a view needs of its page: the kit's `LiveSocket`. */
export interface ViewHome extends DocumentState {
  readonly document: CheerioAPI;
  readonly socket: KitSocket | undefined;
  needSocket(): KitSocket;
  elements(test: (element: DomElement) => boolean): DomElement[];
  /** Parameters of every join. */
  joinParams(): Payload;
  /** Prepares a view's element for the HTML of its join. */
  enter(view: KitView, container: ViewContainer | undefined): void;
  /** A view changed the page's URL. */
  patched(payload: Payload): void;
  /** A view has rendered, with or without a title for the page. */
  titled(view: KitView, title: string | undefined, isJoin: boolean): void;
  /** A view sends the page elsewhere. */
  redirected(target: PageRedirect): void;
  /** The tokens of nested views in a view's HTML. */
  childTokens(html: string, parent: KitView): Map<string, ViewTokens>;
  /** Joins the nested views that a view's HTML has gained, and leaves those whose element is gone. */
  joinChildren(parent: KitView, fresh?: ReadonlyMap<string, ViewTokens>): void;
  destroyChildren(parent: KitView): void;
  forget(view: KitView): void;
  /** What the user has entered into the forms of a view. */
  forms(viewId: string): FormMemory;
  /** Runs a binding that no user has triggered: `phx-mounted`, `phx-connected`. */
  run(element: DomElement, binding: string): void;
  /** Tracks work that the view starts by itself, so that tests wait for it. */
  errand(task: Promise<unknown>): void;
}

/** The kit's counterpart of the client's `View`: the page's own view, a nested one, or a sticky one. */
export class KitView {
  readonly #home: ViewHome;
  readonly id: string;
  readonly topic: string;
  /** The view that rendered it; undefined for the page's own view and for sticky ones. */
  readonly parent: KitView | undefined;
  /** Whether a live navigation has entered it: its tokens are those of the page that was loaded. */
  navigated = false;
  readonly #tree = new ClientTree();
  readonly #mounted = new MountedElements();
  /** While a root view rejoins: its forms and those of its nested views, as the user left them. */
  #recoverable: ReadonlyMap<string, FormSnapshot> = new Map();
  #session: string;
  #static: string | undefined;
  #mounts: number;
  #attempts = 0;
  /** The ref of its last join. Frames of earlier joins are ignored. */
  joinRef = "";
  joined = false;
  crashed = false;
  joinError: Payload | undefined;
  redirected: PageRedirect | undefined;
  /** The events that the server pushed, oldest first. */
  readonly pushed: (readonly [event: string, payload: unknown])[] = [];

  constructor(home: ViewHome, element: Pick<DomElement, "attribs">, parent?: KitView) {
    this.#home = home;
    this.id = element.attribs["id"] ?? "";
    this.topic = `lv:${this.id}`;
    this.parent = parent;
    this.#session = element.attribs["data-phx-session"] ?? "";
    this.#static = element.attribs["data-phx-static"];
    this.#mounts = parent === undefined ? 0 : Math.max(0, parent.#mounts - 1);
  }

  /** Its element in the current document. */
  get element(): DomElement | undefined {
    return elementById(this.#home.root, this.id);
  }

  get sticky(): boolean {
    return this.element !== undefined && "data-phx-sticky" in this.element.attribs;
  }

  /** Joins its topic. The reply is taken when it arrives. */
  async join(how: Payload = {}): Promise<void> {
    const { socket } = this.#home;
    if (socket === undefined) return;
    this.crashed = false;
    this.joinError = undefined;
    const { _live_referer, ...where } = how;
    const ref = socket.nextRef();
    this.joinRef = ref;
    const answer = await socket.push(ref, ref, this.topic, "phx_join", {
      ...where,
      params: {
        ...this.#home.joinParams(), _mounts: this.#mounts, _mount_attempts: this.#attempts++,
        ...(_live_referer !== undefined && { _live_referer }),
      },
      session: this.#session, static: this.#static || null, sticky: this.sticky,
    });
    if (answer.status === "ok" || this.joinRef !== ref) return;
    this.joinError = answer.status === "error" ? answer.response : { reason: answer.status };
    this.crashed = answer.response["reason"] === "join crashed" || answer.status === "crashed";
  }

  /** Rejoins, as the client does after a crash, with the tokens that the document has now. */
  rejoin(how: Payload): Promise<void> {
    const { element } = this;
    this.#session = element?.attribs["data-phx-session"] || this.#session;
    this.#static = element?.attribs["data-phx-static"] ?? this.#static;
    return this.join(how);
  }

  /** The view that a live navigation joins in its place, with the same topic and tokens. */
  successor(): KitView {
    const next = new KitView(this.#home, { attribs: {
      id: this.id, "data-phx-session": this.#session, ...(this.#static !== undefined && { "data-phx-static": this.#static }),
    } });
    next.navigated = true;
    return next;
  }

  /** Sends a message on its topic. */
  push(event: string, payload: unknown): Promise<KitReply> {
    const socket = this.#home.needSocket();
    return socket.push(this.joinRef, socket.nextRef(), this.topic, event, payload);
  }

  /** Leaves the topic, nested views first: its element is gone, or its parent is. */
  destroy(): void {
    this.#home.destroyChildren(this);
    const { element, joined } = this;
    if (element !== undefined) {
      this.#home.destroyed.add(element);
      if ("data-phx-parent-id" in element.attribs) element.attribs["data-phx-session"] = "";
    }
    this.#home.forget(this);
    this.joined = false;
    if (joined && this.#home.socket?.closed === undefined) this.#home.errand(this.push("phx_leave", {}));
  }

  // ---- what the server sends ----

  /** Takes a frame if it is for this join of this view. */
  take({ joinRef, ref, topic, event, payload }: ServerFrame): void {
    if (topic !== this.topic || (joinRef !== this.joinRef && joinRef !== null)) return;
    switch (event) {
      case "phx_reply":
        return this.#takeReply(ref, payload["status"] === "ok", payload["response"] as Payload);
      case "diff":
        return this.#update(payload);
      case "live_patch":
        return this.#home.patched(payload);
      case "redirect":
      case "live_redirect":
        return this.#takeRedirects({ [event]: payload });
      case "phx_error":
        this.crashed = true;
        return this.#ended();
      case "phx_close":
        return this.#ended();
    }
  }

  #ended(): void {
    this.joined = false;
    this.#home.destroyChildren(this);
  }

  #takeReply(ref: string | null, ok: boolean, response: Payload): void {
    // Taken on arrival and not when the sender resumes: later diffs build on it.
    if (ok && ref === this.joinRef) this.#takeJoin(response);
    else if (ok && response["diff"] !== undefined) this.#update(response["diff"]);
    if (ok && ref !== this.joinRef && response["live_patch"] !== undefined) this.#home.patched(response["live_patch"] as Payload);
    this.#takeRedirects(response);
  }

  #takeJoin(response: Payload): void {
    this.joined = true;
    if (this.parent === undefined && this.#mounts > 0) {
      this.#recoverable = snapshotForms(this.#home.document, this.id, (id) => this.#home.forms(id));
    }
    this.#home.forms(this.id).joined();
    this.#mounts++;
    this.#attempts = 0;
    const { container } = response;
    this.#home.enter(this, Array.isArray(container) ? (container as unknown as ViewContainer) : undefined);
    const extras = this.#tree.join(response["rendered"]);
    const drawing = this.#tree.draw(this.id);
    // Nested views join with the tokens of this reply: those in the document are older.
    const fresh = this.#home.childTokens(drawing.html, this);
    patchView(this.#home, this.id, drawing, true);
    this.#after(extras, true);
    this.#recoverForms(drawing.html);
    this.#home.joinChildren(this, fresh);
    this.#runMounted();
    if (response["live_patch"] !== undefined) this.#home.patched(response["live_patch"] as Payload);
    this.#runConnected();
  }

  #recoverForms(html: string): void {
    for (const { cid, payload } of recoveryEvents(this.id, html, this.#root.#recoverable)) {
      this.#home.errand(this.push("event", cid === undefined ? payload : { ...payload, cid }));
    }
  }

  /** Ends form recovery. */
  forgetForms(): void {
    this.#recoverable = new Map();
  }

  get #root(): KitView {
    return this.parent === undefined ? this : this.parent.#root;
  }

  #runMounted(): void {
    const elements = this.#home.elements((element) => !!element.attribs["phx-mounted"] && viewIdOf(element) === this.id);
    for (const element of this.#mounted.fresh(elements)) this.#home.run(element, element.attribs["phx-mounted"]!);
  }

  /** Runs `phx-connected` in the whole view, nested views included, as the client does. */
  #runConnected(): void {
    const { element } = this;
    if (element === undefined) return;
    for (const one of descendants(element)) {
      const binding = one.attribs["phx-connected"];
      if (binding) this.#home.run(one, binding);
    }
  }

  #update(diff: unknown): void {
    const before = componentsOf(this.#home.root, this.id);
    const extras = this.#tree.merge(diff);
    const scope = scopeOf(diff);
    if (scope === "view") {
      patchView(this.#home, this.id, this.#tree.draw(this.id), false);
    } else if (scope !== "nothing") {
      for (const cid of outermostComponents(this.#home.root, this.id, scope)) patchComponent(this.#home, this.id, cid, this.#tree.drawComponent(cid, this.id));
    }
    this.#after(extras, false);
    if (scope === "nothing") return;
    this.#runMounted();
    this.#destroyComponents(before);
    this.#home.joinChildren(this);
  }

  #after({ title, events }: FrameExtras, isJoin: boolean): void {
    this.#home.titled(this, title, isJoin);
    this.pushed.push(...events);
  }

  #takeRedirects(response: Payload): void {
    for (const [key, kind] of [["redirect", "redirect"], ["live_redirect", "navigate"]] as const) {
      const target = response[key] as Payload | undefined;
      if (typeof target?.["to"] !== "string") continue;
      const { to, flash } = target;
      this.redirect({ kind, to, flash: typeof flash === "string" ? flash : undefined, replace: target["kind"] === "replace" });
    }
  }

  /** A redirect of any view redirects the whole page. */
  redirect(target: PageRedirect): void {
    this.redirected = target;
    this.#home.redirected(target);
  }

  /** Tells the server which components are gone, in two steps: those that come back in between stay. */
  #destroyComponents(before: readonly number[]): void {
    const missing = (cids: readonly number[]): number[] => missingComponents(this.#home.root, this.id, cids);
    const gone = missing([...new Set(before)]);
    if (gone.length === 0) return;
    this.#home.errand((async () => {
      const will = await this.push("cids_will_destroy", { cids: gone });
      const still = missing(gone);
      if (will.status !== "ok" || still.length === 0 || !this.joined) return;
      const { status, response } = await this.push("cids_destroyed", { cids: still });
      if (status === "ok" && Array.isArray(response["cids"])) this.#tree.prune(response["cids"] as number[]);
    })());
  }
}
