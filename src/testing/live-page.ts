import { ChildPage } from "./child-page.js";
import { expectation } from "./document.js";
import { defaultButton, formFields, type FormValues } from "./forms.js";
import { bodyOf, type HttpPage, type PageSource } from "./http-page.js";
import type { SocketPort } from "./live-client.js";
import { selectorOf, type Locator } from "./locator.js";
import type { Found } from "./parser.js";
import { OpenedPage, pathOf } from "./opened-page.js";
import { PartPage } from "./part-page.js";
import { saveHtml } from "./save-html.js";
import { ownerOf } from "./targets.js";

/** A page as it came over HTTP, before its live view is connected. */
export type DeadPage = HttpPage<LivePage>;

/**
 * A page with its live view. It is not live if the request was redirected or refused, or if the page has no live view:
 * `redirected`, `status` and `joinError` say why.
 *
 * Selectors find elements of the whole page, nested views included. `child` and `within` narrow them to a part.
 */
export class LivePage extends OpenedPage<LivePage> {
  /** The browser that it was opened in. */
  readonly browser: PageSource<LivePage> & SocketPort;

  constructor(dead: DeadPage, browser: PageSource<LivePage> & SocketPort) {
    super(dead, browser, browser.origin);
    this.browser = browser;
  }

  // ---- parts of the page ----

  /**
   * A nested or sticky view, by its element.
   *
   * @throws HoldfastError `kit_not_found` if there is not exactly one such element, or if it does not belong to a view
   * @example
   * const chat = page.child("#chat");
   * await chat.submit("form", { text: "Hi" });
   * chat.expectText("li", "Hi");
   */
  child(selector: string): ChildPage {
    const element = this.one(selector);
    const client = this.client ?? this.notLive();
    const view = element.is("[data-phx-session]") ? ownerOf(client, element) : undefined;
    if (view === undefined || view === this.view) throw this.notFound(selector, "an element that is not a nested view");
    return new ChildPage(client, view);
  }

  /**
   * The views nested directly in the page's own view, and the sticky ones.
   *
   * @example
   * expect(page.children().map(({ id }) => id)).toEqual(["chat", "player"]);
   */
  children(): ChildPage[] {
    const client = this.client ?? this.notLive();
    const main = this.view;
    return client.views.all().filter((view) => view !== main && (view.parent === undefined || view.parent === main))
      .map((view) => new ChildPage(client, view));
  }

  /**
   * A part of the page: selectors look into one element only.
   *
   * @throws HoldfastError `kit_not_found` if there is not exactly one such element now
   * @example
   * const row = page.within({ selector: "tr", text: "Ada" });
   * await row.click("button.delete");
   */
  within(locator: Locator): PartPage {
    const client = this.client ?? this.notLive();
    return new PartPage(client, ownerOf(client, this.one(locator)), () => this.found(locator));
  }

  // ---- where it leads ----

  /**
   * Fills in a form of the page and submits it over HTTP, as a browser does with a form that has no `phx-submit`.
   *
   * @throws HoldfastError `kit_not_found`
   * @example
   * const answer = await page.submitOverHttp("#search", { q: "live view" });
   */
  async submitOverHttp(locator: Locator, values: FormValues = {}): Promise<DeadPage> {
    return this.#submit(this.one(locator), locator, values);
  }

  /**
   * Submits a form over HTTP because the view rendered `phx-trigger-action` on it. As in the client, the page's views are left
   * and the socket is closed first.
   *
   * @param values what the view does not write into the form itself, such as a password
   * @throws HoldfastError `kit_expectation` if the form has no `phx-trigger-action`
   * @example
   * await page.submit("#login", { email, password });
   * const answer = await page.followTriggerAction("#login", { password });
   * answer.expectRedirect("/");
   */
  async followTriggerAction(locator: Locator, values: FormValues = {}): Promise<DeadPage> {
    const form = this.one(locator);
    if (form.attr("phx-trigger-action") === undefined) {
      throw expectation(
        "The view did not tell this form to submit itself.",
        "phx-trigger-action on the form",
        this.$.html(form).slice(0, 300),
      );
    }
    return this.#submit(form, locator, values, () => this.client?.leave());
  }

  async #submit(form: Found, locator: Locator, values: FormValues, before?: () => Promise<void> | undefined): Promise<DeadPage> {
    if (!form.is("form")) throw this.notFound(locator, "an element that is not a form");
    const fields = formFields(this.$, form, selectorOf(locator), values, defaultButton(this.$, form));
    await before?.();
    return this.browser.submitForm(form, fields, this.here);
  }

  /**
   * Follows a link. A patch stays in the view, a navigation joins the next view over the same socket, and any other link loads
   * a page. As in the client, a page whose guards refuse the navigation is loaded over HTTP, and so is a patch's URL that the view
   * refuses, by its policy or because `handleParams` throws `NotFound`: the page returned then has the `status` that a user gets.
   *
   * @returns the page that the link leads to; this one for a patch
   * @throws HoldfastError `kit_not_found` for something that is not a link; `kit_expectation` for a link to another site
   * @example
   * const post = await page.follow("a.title");
   */
  async follow(locator: Locator): Promise<LivePage> {
    const link = this.usable(locator);
    const href = link.attr("href");
    if (href === undefined) throw this.notFound(`${selectorOf(locator)}[href]`, "an element without href");
    const kind = link.attr("data-phx-link");
    const url = new URL(href, this.here);
    if (!this.live || kind === undefined) return this.browser.visit(url.href);
    // A patch cannot reach another view's URL: the client navigates there.
    if (kind === "patch" && (await this.#patch(url.href))) {
      const { redirected } = this;
      return redirected?.kind === "redirect" && redirected.to === url.pathname + url.search ? this.followRedirect() : this;
    }
    return this.navigate(pathOf(url));
  }

  async #patch(href: string): Promise<boolean> {
    const client = this.liveClient;
    const patched = await client.patch(href);
    await client.quiet();
    return patched;
  }

  /**
   * Goes to another page of the live session over the same socket, as a link with `data-phx-link="redirect"` does. Sticky
   * views stay.
   *
   * @example
   * const next = await page.navigate("/posts/2");
   */
  async navigate(to: string, flash?: string): Promise<LivePage> {
    const client = this.client ?? this.notLive();
    const { socket } = this;
    const target = new URL(to, this.here);
    this.leave(client);
    const next = new LivePage(this.dead, this.browser);
    next.arrive(client, await client.navigate(target, flash));
    const reason = next.joinError?.["reason"];
    // At a URL with a fragment the client is led to it without: see refusalAt.
    const loads = target.hash !== "" && next.joinError !== undefined && next.redirected?.to === target.href.slice(0, -target.hash.length);
    if (loads || reason === "unauthorized" || reason === "stale" || reason === "reload") {
      this.browser.carryFlash(flash);
      socket.close();
      return this.browser.visit(pathOf(target));
    }
    return next;
  }

  /**
   * Goes where the page was redirected to and takes the flash along. The client does this by itself.
   *
   * @throws HoldfastError `kit_expectation` if it was not redirected
   * @example
   * await page.submit("#post-form", { title: "Hello" });
   * page.expectRedirect("/posts/1");
   * const post = await page.followRedirect();
   */
  async followRedirect(): Promise<LivePage> {
    const target = this.redirected;
    if (target === undefined) throw expectation("The page was not redirected.", "a redirect", `it is at ${this.url}`);
    if (target.kind === "navigate" && this.client?.socket !== undefined && this.closed === undefined) {
      return this.navigate(target.to, target.flash);
    }
    this.browser.carryFlash(target.flash);
    this.close();
    return this.browser.visit(target.to);
  }

  // ---- what only a test does ----

  /** Sends any text as a frame, well-formed or not. */
  sendText(text: string): void {
    this.socket.sendText(text);
  }

  /**
   * Writes the current page into a temporary file, to be opened in a browser. The kit opens nothing by itself.
   *
   * @returns the file's path, which is printed too
   * @example
   * await page.saveHtml();
   */
  saveHtml(): Promise<string> {
    return saveHtml(this.$, async (path) => bodyOf(await this.browser.get(path)));
  }

  /** Leaves the page: its socket closes. */
  close(): void {
    this.client?.close();
  }
}
