import type { CheerioAPI } from "cheerio";
import { expectation, leadsTo } from "./document.js";
import type { HttpPage } from "./http-page.js";
import { LiveClient, type SocketPort } from "./live-client.js";
import { parse } from "./parser.js";
import type { KitView, PageRedirect } from "./view.js";
import { ViewPage } from "./view-page.js";

/** Why a handshake is refused although the page was served: sockets must come from the endpoint's own origin. */
const FOREIGN_ORIGIN = "if the endpoint has a `url`, visit it there: openBrowser(endpoint, { origin: \"https://example.com\" })";

/** An opened page: the HTTP response, and its live view once that is connected. `Live` is the type of a connected page. */
export abstract class OpenedPage<Live> extends ViewPage {
  /** The page as it came over HTTP. */
  readonly dead: HttpPage<Live>;
  readonly #port: SocketPort;
  readonly #url: URL;
  readonly #deadRedirect: PageRedirect | undefined;
  #client: LiveClient | undefined;
  #view: KitView | undefined;
  #document: CheerioAPI | undefined;
  #refused: Readonly<Record<string, unknown>> | undefined;
  /** The page's state after it has been left. */
  #left: { readonly url: URL; readonly title: string | undefined } | undefined;

  constructor(dead: HttpPage<Live>, port: SocketPort, origin: URL) {
    super();
    this.dead = dead;
    this.#port = port;
    this.#url = new URL(dead.url, origin);
    if (dead.redirectedTo !== undefined) {
      this.#deadRedirect = { kind: "redirect", to: dead.redirectedTo, flash: undefined, replace: false };
    }
  }

  // ---- what the page is ----

  /** The HTTP status of its request. */
  get status(): number {
    return this.dead.status;
  }

  get url(): string {
    return pathOf(this.here);
  }

  override get title(): string {
    const title = this.#left === undefined ? this.#client?.title : this.#left.title;
    return title ?? super.title;
  }

  /** The last redirect, from the HTTP response or from a view. */
  override get redirected(): PageRedirect | undefined {
    return super.redirected ?? (this.#view === undefined ? this.#deadRedirect : undefined);
  }

  /** The last URL within its view that the page was patched to, by the view or by a link. */
  get patchedTo(): string | undefined {
    return this.#client?.patches.at(-1);
  }

  override get joinError(): Readonly<Record<string, unknown>> | undefined {
    return super.joinError ?? this.#refused;
  }

  protected override get hint(): string | undefined {
    return super.hint ?? (this.#client === undefined ? this.dead.refusal : undefined);
  }

  protected get client(): LiveClient | undefined {
    return this.#client;
  }

  protected get view(): KitView | undefined {
    return this.#view;
  }

  protected get $(): CheerioAPI {
    return (this.#document ??= parse(this.dead.body));
  }

  /** Its current URL. */
  protected get here(): URL {
    return this.#left?.url ?? this.#client?.url ?? this.#url;
  }

  /** The HTML of what the selector finds; without a selector, of the live view. */
  html(selector?: string): string {
    if (selector === undefined) return this.$("[data-phx-main]").first().html() ?? this.$("body").html() ?? "";
    if (!this.has(selector)) throw this.notFound(selector, "nothing");
    return this.$.html(this.$(selector));
  }

  // ---- connecting ----

  /** Connects, if there is a live view. `browser.visit` and `page.connect` have done it. */
  async start(): Promise<void> {
    // A page of `endpoint.renderLive` has no main view: its own is joined as a sticky one is.
    const own = this.$("[data-phx-session]").not("[data-phx-parent-id]").first();
    if (own.attr("id") === undefined) return;
    const client = new LiveClient(this.#port, this.dead.body, this.#url, this.dead.csrfToken ?? "");
    this.#client = client;
    this.#document = client.document;
    await this.#connect(client);
  }

  override async rejoin(): Promise<void> {
    // If the handshake was refused, no view has joined yet.
    if (this.#client !== undefined && this.#view === undefined) await this.#connect(this.#client);
    else await super.rejoin();
  }

  async #connect(client: LiveClient): Promise<void> {
    const refused = await client.connect();
    this.#view = client.main ?? client.views.all().find(({ parent }) => parent === undefined);
    this.#refused = refused === undefined ? undefined : { reason: "handshake refused", status: refused.status };
  }

  /** The page is left and stays as it is. */
  protected leave(client: LiveClient): void {
    this.#left = { url: this.here, title: client.title };
  }

  /** This is the page that a live navigation has led to. */
  protected arrive(client: LiveClient, view: KitView): void {
    this.#client = client;
    this.#view = view;
    this.#document = client.document;
  }

  protected notLive(): never {
    const { redirected, joinError, crashed, closed } = this;
    throw expectation(
      `The page ${this.url} is not live.`, "a page whose view is joined",
      JSON.stringify({ status: this.status, redirected: redirected?.to, joinError, crashed, closed }),
      this.hint ?? (this.#refused?.["status"] === 403 ? FOREIGN_ORIGIN : undefined),
    );
  }

  // ---- expectations ----

  /**
   * Expects that the page was redirected to a path, or to one that matches a pattern, over HTTP or by one of its views.
   *
   * @throws HoldfastError `kit_expectation`
   * @example
   * await page.submit("#post-form", { title: "Hello" });
   * page.expectRedirect("/posts/1");
   * @example
   * page.expectRedirect(/^\/posts\/\d+$/);
   */
  expectRedirect(to: string | RegExp): void {
    if (!leadsTo(this.redirected?.to, to)) {
      throw expectation(
        "The page was not redirected there.",
        String(to),
        this.redirected?.to ?? `it is at ${this.url}, status ${this.status}`,
      );
    }
  }

  /**
   * Expects that the page's URL was patched to a path, or to one that matches a pattern, by a view or by a link, and that it was the
   * last patch.
   *
   * @throws HoldfastError `kit_expectation`
   * @example
   * page.expectPatch("/posts?page=2");
   */
  expectPatch(to: string | RegExp): void {
    if (!leadsTo(this.patchedTo, to)) {
      throw expectation("The page's URL was not patched to this one.", String(to), this.patchedTo ?? "no patch");
    }
  }

  /**
   * Expects that the page has not been redirected so far, over HTTP or by a view; with a path, not to this one.
   *
   * @throws HoldfastError `kit_expectation`
   * @example
   * await page.submit("#post-form", { title: "" });
   * page.refuteRedirected();
   */
  refuteRedirected(to?: string): void {
    const { redirected } = this;
    if (redirected === undefined || (to !== undefined && redirected.to !== to)) return;
    throw expectation("The page was redirected.", to === undefined ? "no redirect" : `no redirect to ${to}`, redirected.to);
  }

  /**
   * Expects that neither a view nor a link has patched the page's URL so far; with a path, not to this one.
   *
   * @throws HoldfastError `kit_expectation`
   * @example
   * page.refutePatched("/posts?page=2");
   */
  refutePatched(to?: string): void {
    const patches = this.#client?.patches ?? [];
    if (to === undefined ? patches.length === 0 : !patches.includes(to)) return;
    throw expectation("The view patched its URL.", to === undefined ? "no patch" : `no patch to ${to}`, patches.join(", "));
  }
}

/** A URL within its site. */
export function pathOf(url: URL): string {
  return url.pathname + url.search + url.hash;
}
