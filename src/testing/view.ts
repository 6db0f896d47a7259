import type { CheerioAPI } from "cheerio";
import { elementById, type DomElement } from "./dom.js";
import type { FormMemory } from "./form-memory.js";
import type { JoinTokens } from "./join-tokens.js";
import { recoveryEvents, snapshotForms, type FormSnapshot } from "./recovery.js";
import type { FrameExtras } from "./rendered.js";
import { ViewDrawing, type DrawnPage } from "./view-drawing.js";
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

/** The views of a page, as one of them sees them. */
export interface SiblingViews {
  /** The tokens of the views that are nested in HTML of this view, by id. */
  tokensIn(html: string, parent: KitView): ReadonlyMap<string, JoinTokens>;
  /** Joins the nested views that a view's HTML has gained, and leaves those whose element is gone. */
  joinChildren(parent: KitView, fresh?: ReadonlyMap<string, JoinTokens>): void;
  destroyChildren(parent: KitView): void;
  forget(view: KitView): void;
}

/** What a view needs of its page: the kit's `LiveSocket`. */
export interface ViewHome extends DrawnPage {
  readonly document: CheerioAPI;
  readonly socket: KitSocket | undefined;
  readonly views: SiblingViews;
  needSocket(): KitSocket;
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
  /** What the user has entered into the forms of a view. */
  forms(viewId: string): FormMemory;
  /** Tracks work that the view starts by itself, so that tests wait for it. */
  errand(task: Promise<unknown>): void;
}

/** Which view it is, and what it joins with. */
interface ViewIdentity {
  readonly id: string;
  readonly tokens: JoinTokens;
  /** The view that rendered it; undefined for the page's own view and for sticky ones. */
  readonly parent?: KitView | undefined;
  /** Whether a live navigation enters it. Default false. */
  readonly navigated?: boolean;
}

/** The kit's counterpart of the client's `View`: the page's own view, a nested one, or a sticky one. */
export class KitView {
  readonly #home: ViewHome;
  readonly id: string;
  readonly topic: string;
  readonly parent: KitView | undefined;
  /** Whether a live navigation has entered it: its tokens are those of the page that was loaded. */
  readonly navigated: boolean;
  readonly tokens: JoinTokens;
  readonly #drawing: ViewDrawing;
  /** While a root view rejoins: its forms and those of its nested views, as the user left them. */
  #recoverable: ReadonlyMap<string, FormSnapshot> = new Map();
  /** The ref of its last join. Frames of earlier joins are ignored. */
  joinRef = "";
  joined = false;
  crashed = false;
  joinError: Payload | undefined;
  redirected: PageRedirect | undefined;
  /** The events that the server pushed, oldest first. */
  readonly pushed: (readonly [event: string, payload: unknown])[] = [];

  constructor(home: ViewHome, { id, tokens, parent, navigated = false }: ViewIdentity) {
    this.#home = home;
    this.id = id;
    this.topic = `lv:${id}`;
    this.tokens = tokens;
    this.parent = parent;
    this.navigated = navigated;
    this.#drawing = new ViewDrawing(home, id);
  }

  /** Its element in the current document. */
  get element(): DomElement | undefined {
    return elementById(this.#home.root, this.id);
  }

  get sticky(): boolean {
    return this.element !== undefined && "data-phx-sticky" in this.element.attribs;
  }

  // ---- its topic ----

  /** Joins its topic. The reply is taken when it arrives. */
  async join(how: Payload = {}): Promise<void> {
    const { socket } = this.#home;
    if (socket === undefined) return;
    this.crashed = false;
    this.joinError = undefined;
    const { _live_referer, ...where } = how;
    const { tokens, params } = this.tokens.attempt();
    const ref = socket.nextRef();
    this.joinRef = ref;
    const answer = await socket.push(ref, ref, this.topic, "phx_join", {
      ...where,
      params: { ...this.#home.joinParams(), ...params, ...(_live_referer !== undefined && { _live_referer }) },
      ...tokens, sticky: this.sticky,
    });
    if (answer.status === "ok" || this.joinRef !== ref) return;
    this.joinError = answer.status === "error" ? answer.response : { reason: answer.status };
    const { events } = this.joinError;
    if (Array.isArray(events)) this.pushed.push(...(events as [string, unknown][]));
    this.crashed = answer.response["reason"] === "join crashed" || answer.status === "crashed";
  }

  /** Rejoins, as the client does after a crash, with the tokens that the document has now. */
  rejoin(how: Payload): Promise<void> {
    this.tokens.renew(this.element);
    return this.join(how);
  }

  /** The view that a live navigation joins in its place, with the same topic and tokens. */
  successor(): KitView {
    return new KitView(this.#home, { id: this.id, tokens: this.tokens.successor(), navigated: true });
  }

  /** Sends a message on its topic. */
  push(event: string, payload: unknown): Promise<KitReply> {
    const socket = this.#home.needSocket();
    return socket.push(this.joinRef, socket.nextRef(), this.topic, event, payload);
  }

  /** Leaves the topic, nested views first: its element is gone, or its parent is. */
  destroy(): void {
    this.#home.views.destroyChildren(this);
    const { element, joined } = this;
    if (element !== undefined) {
      this.#home.destroyed.add(element);
      if ("data-phx-parent-id" in element.attribs) element.attribs["data-phx-session"] = "";
    }
    this.#home.views.forget(this);
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
    this.#home.views.destroyChildren(this);
  }

  #takeReply(ref: string | null, ok: boolean, response: Payload): void {
    // Taken on arrival and not when the sender resumes: later diffs build on it.
    if (ok && ref === this.joinRef) this.#takeJoin(response);
    else if (ok) {
      if (response["diff"] !== undefined) this.#update(response["diff"]);
      this.#takePatch(response);
    }
    this.#takeRedirects(response);
  }

  #takeJoin(response: Payload): void {
    this.joined = true;
    if (this.parent === undefined && this.tokens.mounted) {
      this.#recoverable = snapshotForms(this.#home.document, this.id, (id) => this.#home.forms(id));
    }
    this.#home.forms(this.id).joined();
    this.tokens.joined();
    const { container } = response;
    this.#home.enter(this, Array.isArray(container) ? (container as unknown as ViewContainer) : undefined);
    const { extras, drawing } = this.#drawing.join(response["rendered"]);
    // Nested views join with the tokens of this reply: those in the document are older.
    const fresh = this.#home.views.tokensIn(drawing.html, this);
    this.#drawing.put(drawing);
    this.#takeExtras(extras, true);
    this.#recoverForms(drawing.html);
    this.#home.views.joinChildren(this, fresh);
    this.#drawing.runMounted();
    this.#takePatch(response);
    this.#drawing.runConnected();
  }

  #update(diff: unknown): void {
    const { extras, drawn, before } = this.#drawing.update(diff);
    this.#takeExtras(extras, false);
    if (!drawn) return;
    this.#drawing.runMounted();
    this.#destroyComponents(before);
    this.#home.views.joinChildren(this);
  }

  #takeExtras({ title, events }: FrameExtras, isJoin: boolean): void {
    this.#home.titled(this, title, isJoin);
    this.pushed.push(...events);
  }

  #takePatch({ live_patch: patch }: Payload): void {
    if (patch !== undefined) this.#home.patched(patch as Payload);
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

  // ---- what it does by itself ----

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

  /** Tells the server which components are gone, in two steps: those that come back in between stay. */
  #destroyComponents(before: readonly number[]): void {
    const gone = this.#drawing.missing([...new Set(before)]);
    if (gone.length === 0) return;
    this.#home.errand((async () => {
      const will = await this.push("cids_will_destroy", { cids: gone });
      const still = this.#drawing.missing(gone);
      if (will.status !== "ok" || still.length === 0 || !this.joined) return;
      const { status, response } = await this.push("cids_destroyed", { cids: still });
      if (status === "ok" && Array.isArray(response["cids"])) this.#drawing.prune(response["cids"] as number[]);
    })());
  }
}
