import type { CheerioAPI } from "cheerio";
import { elementValues } from "./bindings.js";
import { runBinding, sendEvent, type CommandPage } from "./commands.js";
import { KEEP_SESSION } from "../protocol/index.js";
import { expectation } from "./document.js";
import { DuplicateIds } from "./duplicate-ids.js";
import { descendants, rootOf, type DomElement, type DomParent } from "./dom.js";
import { FormMemory } from "./form-memory.js";
import { PageViews, type ViewsHome } from "./page-views.js";
import { foundOf, parse } from "./parser.js";
import { PendingWork } from "./pending-work.js";
import { settle, until, type SettleOptions, type SettlingPage } from "./settling.js";
import type { KitView, PageRedirect } from "./view.js";
import { emptyForNavigation, replaceContainer, titleFrom, type ViewContainer } from "./view-element.js";
import { KitSocket, type ServerFrame } from "./wire.js";

/** How a page gets its socket. */
export interface SocketPort {
  /** The parameters of every join, in addition to the kit's own. */
  readonly connectParams: Readonly<Record<string, unknown>>;
  /** What to do about elements that share an id. */
  readonly duplicateIds: "throw" | "allow";
  /** Opens a socket; the response instead of it if the handshake was refused. */
  handshake(options: { csrfToken: string }): Promise<KitSocket | Response>;
  /** Sends an ordinary request of the same browser. */
  request(path: string): Promise<unknown>;
}

/** The kit's counterpart of the client's `LiveSocket`: one document, one socket, and the views joined on it. */
export class LiveClient implements ViewsHome, CommandPage, SettlingPage {
  readonly #port: SocketPort;
  readonly csrfToken: string;
  readonly destroyed = new WeakSet<DomElement>();
  readonly watchers = new Set<() => void>();
  readonly pendingWork = new PendingWork();
  readonly views = new PageViews(this);
  readonly #duplicateIds = new DuplicateIds();
  readonly #forms = new Map<string, FormMemory>();
  #document: CheerioAPI;
  /** True while a live navigation has left one view and not joined the next. */
  #outgoing = false;
  #arrived = 0;
  socket: KitSocket | undefined;
  url: URL;
  title: string | undefined;
  /** Where the page's URL was patched to, by a view or by a link, oldest first. */
  readonly patches: string[] = [];

  constructor(port: SocketPort, html: string, url: URL, csrfToken: string) {
    this.#port = port;
    this.#document = parse(html);
    this.url = url;
    this.csrfToken = csrfToken;
  }

  /** The document, as it is now. */
  get document(): CheerioAPI {
    return this.#document;
  }

  get root(): DomParent {
    return rootOf(this.#document);
  }

  get arrived(): number {
    return this.#arrived;
  }

  /** All elements of the document for which a condition is true. */
  elements(test: (element: DomElement) => boolean): DomElement[] {
    return [...descendants(this.root)].filter(test);
  }

  /** The page's own view. */
  get main(): KitView | undefined {
    return this.views.main;
  }

  needSocket(): KitSocket {
    if (this.socket !== undefined) return this.socket;
    throw expectation("The page has no socket.", "a page with a live view", `a page without, at ${this.url.href}`);
  }

  // ---- connecting ----

  /** Opens a socket and joins the page's root views. Returns the response that refused the handshake, if one did. */
  async connect(): Promise<Response | undefined> {
    const socket = await this.#port.handshake({ csrfToken: this.csrfToken });
    if (!(socket instanceof KitSocket)) return socket;
    this.socket = socket;
    socket.listen((frame) => this.#take(frame));
    const again = this.views.all().filter(({ parent }) => parent === undefined);
    this.views.joinRoots();
    for (const view of again) this.errand(view.rejoin(this.#place(view)));
    await this.#joined();
    return undefined;
  }

  joinRoot(view: KitView): void {
    this.errand(view.join(this.#place(view)));
  }

  /** Where a view joins. A nested or sticky view has no URL; one that a live navigation has entered always joins as then. */
  #place(view: KitView): Readonly<Record<string, string>> {
    if (view.parent !== undefined || view.sticky) return {};
    return { [view.navigated ? "redirect" : "url"]: this.url.href };
  }

  /** Joins a view again, at the URL where the page is. */
  async rejoin(view: KitView): Promise<void> {
    this.views.add(view);
    this.views.destroyChildren(view);
    if (this.socket === undefined || this.socket.closed !== undefined) {
      for (const one of this.views.all()) if (one.parent !== undefined) this.views.forget(one);
      const refused = await this.connect();
      if (refused !== undefined) view.joinError = { reason: "handshake refused", status: refused.status };
      return;
    }
    await view.rejoin(this.#place(view));
    await this.#joined();
  }

  /** Waits for the joins. A nested view that crashes alone later recovers no form, as in the client. */
  async #joined(): Promise<void> {
    await this.quiet();
    for (const view of this.views.all()) view.forgetForms();
  }

  /** The parameters of a join: the test's own, and the static files that the page was loaded with. */
  joinParams(): Record<string, unknown> {
    const tracked = this.elements(({ attribs }) => "phx-track-static" in attribs)
      .map(({ attribs }) => attribs["src"] ?? attribs["href"])
      .filter((path) => path !== undefined)
      .map((path) => new URL(path, this.url).href);
    return {
      _csrf_token: this.csrfToken, ...this.#port.connectParams,
      ...(tracked.length > 0 && { _track_static: tracked }),
    };
  }

  // ---- navigation ----

  /** Leaves the page's view and joins the one at another URL in its place, over the same socket. */
  async navigate(to: URL, flash: string | undefined): Promise<KitView> {
    const main = this.main!;
    const referer = this.url.href;
    const next = main.successor();
    // The page that was left keeps its document, for tests that still look at it.
    const left = this.#document;
    this.#document = parse(left.html());
    main.destroy();
    this.#forms.delete(main.id);
    this.#outgoing = true;
    this.views.add(next);
    this.views.main = next;
    this.url = to;
    await next.join({ ...this.#place(next), ...(flash !== undefined && { flash }), _live_referer: referer });
    await this.quiet();
    return next;
  }

  async patch(href: string): Promise<boolean> {
    const before = this.url;
    // Before the answer: if handleParams navigates to another URL, that one counts.
    this.url = new URL(href, before);
    const place = this.patches.push(this.url.pathname + this.url.search + this.url.hash) - 1;
    const { response } = await this.main!.push("live_patch", { url: this.url.href });
    if (response["link_redirect"] !== true) return true;
    this.patches.splice(place, 1);
    this.url = before;
    return false;
  }

  run(element: DomElement, binding: string): void {
    this.errand(runBinding(this, binding, foundOf(this.document, element), (event, extra, target, source) => sendEvent(target, {
      type: null, event, value: { ...elementValues(source), ...extra },
    })));
  }

  forms(viewId: string): FormMemory {
    let memory = this.#forms.get(viewId);
    if (memory === undefined) this.#forms.set(viewId, (memory = new FormMemory()));
    return memory;
  }

  leaveFor(href: string, replace: boolean): void {
    this.redirected({ kind: "navigate", to: href, flash: undefined, replace });
  }

  redirected(target: PageRedirect): void {
    if (this.main !== undefined) this.main.redirected = target;
  }

  enter(view: KitView, container: ViewContainer | undefined): void {
    const { element } = view;
    if (element === undefined) return;
    const navigated = this.#outgoing && view === this.main;
    if (navigated) {
      this.#outgoing = false;
      emptyForNavigation(this.root, element);
    }
    // The client keeps the new page's element only if its tag is the same: it creates an element with another tag, and then drops it.
    if (container !== undefined && !(navigated && container[0].toLowerCase() !== element.name)) replaceContainer(element, container);
  }

  patched({ to }: Readonly<Record<string, unknown>>): void {
    if (typeof to !== "string") return;
    this.patches.push(to);
    this.url = new URL(to, this.url);
  }

  titled(view: KitView, title: string | undefined, isJoin: boolean): void {
    if (title === undefined && !(isJoin && view === this.main)) return;
    this.title = titleFrom(this.#document, title) ?? this.title;
  }

  // ---- messages ----

  #take(frame: ServerFrame | undefined): void {
    this.#arrived++;
    if (frame?.event === KEEP_SESSION) this.errand(this.#port.request("/live/session"));
    try {
      for (const view of this.views.all()) {
        if (frame === undefined) view.joined = false;
        else view.take(frame);
      }
      if (this.#port.duplicateIds === "throw") this.#duplicateIds.check(this.root);
    } catch (error) {
      // The server calls this. The error is for the test, which sees it at its next `quiet`.
      this.pendingWork.fail(error);
    }
    for (const check of [...this.watchers]) check();
  }

  errand(task: Promise<unknown>): void {
    this.pendingWork.add(task);
  }

  /** Resolves when none of the client's own work is under way. */
  quiet(): Promise<void> {
    return this.pendingWork.quiet();
  }

  /** Resolves when the server has nothing more to send to any view of the page. */
  settle(options?: SettleOptions): Promise<void> {
    return settle(this, options);
  }

  /** Waits until a condition is true; it is checked after every message. */
  until(holds: () => boolean, timeoutMs: number, failed: () => Error): Promise<void> {
    return until(this, holds, timeoutMs, failed);
  }

  /** Leaves all views and closes the socket, as the client does before it loads another page. */
  async leave(): Promise<void> {
    for (const view of this.views.all()) if (view.parent === undefined) view.destroy();
    await this.quiet();
    this.socket?.close();
  }

  close(): void {
    for (const view of this.views.all()) view.joined = false;
    this.socket?.close();
  }
}
