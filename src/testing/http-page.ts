import type { CheerioAPI } from "cheerio";
import { editDistance } from "../errors/index.js";
import { expectation, leadsTo, leftFor, PageDocument } from "./document.js";
import { defaultButton, formFields, type Field, type FormValues } from "./forms.js";
import { selectorOf, type Locator } from "./locator.js";
import { parse, type Found } from "./parser.js";
import { saveHtml } from "./save-html.js";
import { mendFirst } from "./thrown.js";

/** What a page needs of its browser. `Live` is the type of a connected page. */
export interface PageSource<Live> {
  readonly origin: URL;
  /** The paths of the endpoint's routes for GET, as they were declared. */
  readonly routes: readonly string[];
  /** Requests a page and does not connect it. */
  get(path: string): Promise<HttpPage<Live>>;
  /** Requests a page and connects it. */
  visit(path: string): Promise<Live>;
  /** Sends a form's fields over HTTP, to its action and with its method. */
  submitForm(form: Found, fields: readonly Field[], page: URL): Promise<HttpPage<Live>>;
  /** Connects a page that was requested. */
  connect(page: HttpPage<Live>): Promise<Live>;
  /** Hands the flash of a redirect to the next page. */
  carryFlash(flash: string | undefined): void;
}

/** How many routes are named as near a path. */
const NEAR_ROUTES = 3;

/** The routes whose path is at most so many changes of a letter away, the nearest first. */
function nearRoutes(path: string, routes: readonly string[], most: number): string[] {
  const segments = path.split("/");
  const distances = routes.map((route) => {
    // A parameter takes any segment.
    const filled = route.split("/").map((name, at) => (name.startsWith(":") ? segments[at] || name : name)).join("/");
    return { route, distance: filled === path ? 0 : editDistance(filled, path) };
  });
  return distances.filter(({ distance }) => distance <= most).toSorted((one, other) => one.distance - other.distance)
    .slice(0, NEAR_ROUTES).map(({ route }) => route);
}

/** A page as it came over HTTP. */
export class HttpPage<Live> extends PageDocument {
  readonly #source: PageSource<Live>;
  readonly status: number;
  readonly headers: Headers;
  /** The response's body. */
  readonly body: string;
  /** The target of the response's redirect: a path, or the URL of another site. */
  readonly redirectedTo: string | undefined;
  /** What the application threw while it answered, if the response is an error page for it. */
  readonly thrown: unknown;
  readonly #url: URL;
  #parsed: CheerioAPI | undefined;

  constructor(source: PageSource<Live>, url: URL, response: Response, body: string, thrown?: unknown) {
    super();
    this.#source = source;
    this.#url = url;
    this.status = response.status;
    this.headers = response.headers;
    this.body = body;
    this.thrown = thrown;
    const location = response.headers.get("location");
    this.redirectedTo = location === null ? undefined : relativeTo(new URL(location, url), url);
  }

  protected get $(): CheerioAPI {
    return (this.#parsed ??= parse(this.body));
  }

  get url(): string {
    return this.#url.pathname + this.#url.search + this.#url.hash;
  }

  /** The CSRF token that the page carries. */
  get csrfToken(): string | undefined {
    return this.$("meta[name=csrf-token]").attr("content") ?? this.$("input[name=_csrf_token]").attr("value");
  }

  html(selector?: string): string {
    if (selector === undefined) return this.$("body").html() ?? "";
    if (!this.has(selector)) throw this.notFound(selector, "nothing");
    return this.$.html(this.$(selector));
  }

  /**
   * Connects the page's live view. If it has none, the returned page is not live.
   *
   * @example
   * const page = await browser.get("/");
   * page.expectText("#count", "0");   // what HTTP rendered
   * const live = await page.connect();
   */
  connect(): Promise<Live> {
    return this.#source.connect(this);
  }

  protected override get hint(): string | undefined {
    return this.redirectedTo === undefined ? this.refusal : leftFor(this.redirectedTo);
  }

  /**
   * Why there is no page and what to do, as errors of the kit say it: the status, what was thrown, routes with a similar path.
   * Undefined for a status below 400.
   *
   * @example
   * expect(page.dead.refusal).toBeUndefined();
   */
  get refusal(): string | undefined {
    if (this.status < 400) return undefined;
    const { pathname } = this.#url;
    const answer = `the server answers ${this.url} with ${this.status}`;
    if (this.thrown !== undefined) return `${answer}: ${mendFirst(this.thrown)}`;
    if (this.status !== 404) return `${answer}; a test that expects this reads page.status`;
    const [own] = nearRoutes(pathname, this.#source.routes, 0);
    if (own !== undefined) return `${answer}: its route ${own} has nothing under this path`;
    const near = nearRoutes(pathname, this.#source.routes, pathname.length / 3);
    return `${answer}: no route has this path${near.length === 0 ? "" : `; near it: ${near.join(", ")}`}`;
  }

  /**
   * Opens the page that this one redirects to.
   *
   * @throws HoldfastError `kit_expectation` if it does not redirect
   * @example
   * const home = await (await login.submit("form", { email, password })).followRedirect();
   */
  async followRedirect(): Promise<Live> {
    if (this.redirectedTo === undefined) throw expectation("The page does not redirect.", "a redirect", `status ${this.status}`);
    return this.#source.visit(this.redirectedTo);
  }

  /**
   * Fills in an ordinary form and submits it over HTTP, hidden fields and CSRF token included.
   *
   * @throws HoldfastError `kit_not_found`
   * @example
   * const login = await browser.get("/login");
   * const answer = await login.submit("form", { email, password });
   */
  async submit(locator: Locator, values: FormValues = {}): Promise<HttpPage<Live>> {
    const form = this.one(locator);
    if (!form.is("form")) throw this.notFound(locator, "an element that is not a form");
    return this.#source.submitForm(form, formFields(this.$, form, selectorOf(locator), values, defaultButton(this.$, form)), this.#url);
  }

  /**
   * Writes the page into a temporary file, to look at it in a browser. The kit opens nothing by itself.
   *
   * @returns the file's path, which is printed too
   */
  saveHtml(): Promise<string> {
    return saveHtml(this.$, async (path) => bodyOf(await this.#source.get(path)));
  }

  /**
   * Expects that the response redirects to a path, or to one that matches a pattern.
   *
   * @throws HoldfastError `kit_expectation`
   * @example
   * (await browser.get("/admin")).expectRedirect("/login");
   */
  expectRedirect(to: string | RegExp): void {
    if (!leadsTo(this.redirectedTo, to)) {
      throw expectation("The response does not redirect there.", String(to), this.redirectedTo ?? `status ${this.status}`);
    }
  }
}

/** The body of a successful response. */
export function bodyOf({ status, body }: HttpPage<unknown>): string | undefined {
  return status === 200 ? body : undefined;
}

function relativeTo(url: URL, base: URL): string {
  return url.origin === base.origin ? url.pathname + url.search + url.hash : url.href;
}
