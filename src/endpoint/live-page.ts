import type { Context } from "hono";
import type { PageToken } from "../channel/index.js";
import { StatusError } from "../errors/index.js";
import { trustedHtml, type SafeHtml } from "../html/index.js";
import {
  containerHtml, liveRender, Redirect, ViewProcess, type AnyView, type ChildToken, type LiveView, type Location,
} from "../live/index.js";
import { random } from "../security/index.js";
import type { LiveMatch, LiveRoute, LiveSession } from "../router/index.js";
import type { Documents } from "./documents.js";
import { bindingsOf, clientAddress, RequestClient, variablesOf, type Environment } from "./environment.js";
import type { RequestSession } from "./request-session.js";
import { PASSED } from "./route-guards.js";
import { sessionOf } from "./session.js";

/** Options of `endpoint.renderLive`. */
export interface RenderLiveOptions {
  /** The view's `params`: JSON, sealed; the client can neither read nor change them. Default `{}`. */
  readonly session?: Readonly<Record<string, unknown>>;
  /** The id of the view's element, unique in the document. Default `"live"`. */
  readonly id?: string;
  readonly title?: string;
  /** Default 200. */
  readonly status?: number;
}

/** Renders the GET of a live view: mounts it, renders it into a document with what its join needs, and drops it. */
export class LivePages {
  readonly #environment: Environment;
  readonly #documents: Documents;

  constructor(environment: Environment, documents: Documents) {
    this.#environment = environment;
    this.#documents = documents;
  }

  /** Answers the GET of a live route. */
  async get(c: Context, session: LiveSession, route: LiveRoute): Promise<Response> {
    const uri = this.#uri(c);
    const match = this.#environment.router.match(uri);
    if (match?.route !== route) throw new StatusError(404, "the URL is not this route's");
    const asked = passed(c, route);
    if (asked !== undefined) return asked;
    const requestSession = sessionOf(c);
    const { live } = this.#environment;
    const wait = this.#wait(c, requestSession);
    if (wait !== undefined) await wait;
    if (live.crashes.spent(requestSession.data.id, route.path)) throw new StatusError(500, "the page crashes too often");
    const process = new ViewProcess({
      id: newId(), view: route.view, hooks: session.hooks, layout: session.layout, location: match.location,
      session: requestSession.values, bond: requestSession.data, flash: requestSession.flash,
      client: new RequestClient(c, this.#environment),
      routes: this.#environment.router.within(session, uri.origin),
      inherited: variablesOf(c),
      parentId: undefined, sticky: false,
    }, live);
    return this.#respond(c, process, requestSession, (html) => {
      const page = this.#container(process, html, match, requestSession);
      return this.#documents.page(c, page, { title: process.title, rootLayout: session.rootLayout, live: true });
    });
  }

  /** Answers a plain route with one live view, which belongs to no live session: its client joins it as it joins a sticky view. */
  async alone(c: Context, view: LiveView, { session = {}, id = "live", title, status = 200 }: RenderLiveOptions): Promise<Response> {
    const asked = passed(c, view);
    if (asked !== undefined) return asked;
    // It checks the id and the name.
    liveRender(view as LiveView<{}, Readonly<Record<string, unknown>>>, { id, session, sticky: true });
    const requestSession = sessionOf(c);
    const { live } = this.#environment;
    const wait = this.#wait(c, requestSession);
    if (wait !== undefined) await wait;
    if (live.crashes.spent(requestSession.data.id, `nested ${view.name}`)) throw new StatusError(500, "the view crashes too often");
    live.stickyViews.add(view);
    const uri = this.#uri(c);
    const location: Location = { uri, path: uri.pathname + uri.search, params: session, action: undefined };
    const process = new ViewProcess({
      id, view, hooks: [], layout: undefined, location,
      session: { ...requestSession.values, ...session }, bond: requestSession.data, flash: {}, client: new RequestClient(c, this.#environment),
      routes: undefined, inherited: variablesOf(c), parentId: undefined, sticky: true,
    }, live);
    const options = { ...(title !== undefined && { title }), status, live: true };
    return this.#respond(c, process, requestSession, (html) =>
      this.#documents.page(c, this.#aloneContainer(c, process, html, requestSession), options));
  }

  /** Waits for admission; undefined if the page is admitted immediately. */
  #wait(c: Context, { data }: RequestSession): Promise<void> | undefined {
    const address = clientAddress(c, this.#environment);
    const wait = this.#environment.admissions.admit({ address, sessionId: data.id, lane: "new" });
    return wait?.answer.then((retryAfterMs) => {
      if (retryAfterMs === undefined) return;
      c.header("retry-after", String(Math.ceil(retryAfterMs / 1000)));
      throw new StatusError(503, "too many pages at once");
    });
  }

  /** Mounts and renders a page, and returns a response with its HTML. The view lives only that long. */
  async #respond(c: Context, process: ViewProcess, session: RequestSession, page: (html: string) => Response): Promise<Response> {
    try {
      // One call for both, because each costs a page as much as several promises.
      const html = await process.own(() => process.mount().then((redirect) => redirect ?? process.page.html()));
      if (html instanceof Redirect) {
        session.leaveFlash(process.unseenFlash);
        return c.redirect(html.to);
      }
      // A promise that nobody awaited has crashed it, so the page is not what its guards and mount intended.
      if (!process.alive) throw new Error("the view crashed while its page was made");
      c.header("cache-control", "no-store");
      return page(html);
    } finally {
      process.end();
    }
  }

  /** The request's URL as the browser sees it. */
  #uri(c: Context): URL {
    const { base } = this.#environment;
    const here = new URL(c.req.url);
    // Appended, not resolved: a path that begins with // would be parsed as a host.
    return base === undefined ? here : new URL(base.origin + here.pathname + here.search);
  }

  /** The element of a view that a plain route renders. */
  #aloneContainer(c: Context, { id, location, init }: ViewProcess, html: string, requestSession: RequestSession): SafeHtml {
    requestSession.keep();
    // The join asks the route's GET again. What another method has rendered has no GET to ask.
    const path = c.req.method === "GET" ? location.path : undefined;
    const token: ChildToken = {
      parent: undefined, sticky: { view: init.view.name, session: location.params, path }, sessionId: requestSession.data.id,
    };
    const sealed = this.#environment.live.keyring.seal("child", token, { ttlMs: this.#tokenMs(requestSession), bind: `lv:${id}` });
    const own = { id, "data-phx-session": sealed, "data-phx-static": "", "data-phx-sticky": "" };
    return trustedHtml(containerHtml(init.view.container, own, html));
  }

  /** How long a page's tokens open, ms. */
  #tokenMs({ data }: RequestSession): number {
    return Math.max(1, Math.min(this.#environment.live.limits.pageTokenMs, data.expiresAt - Date.now()));
  }

  /** The element that the client joins, with the rendered view in it. */
  #container(process: ViewProcess, html: string, { session, route }: LiveMatch, requestSession: RequestSession): SafeHtml {
    const { keyring } = this.#environment.live;
    const { id } = process;
    const ttlMs = this.#tokenMs(requestSession);
    requestSession.keep();
    const token: PageToken = { route: route.path, liveSession: session.name, sessionId: requestSession.data.id };
    const own: Record<string, string | true> = {
      id, "data-phx-main": true, "data-phx-session": keyring.seal("page", token, { ttlMs, bind: `lv:${id}` }),
    };
    // Messages that are shown only once, which the first join must show too. Most pages have none, and so need no token.
    const { flash } = process.assigns;
    if (Object.keys(flash).length > 0) {
      own["data-phx-static"] = keyring.seal("static", { flash }, { ttlMs, bind: `lv:${id}` });
    }
    return trustedHtml(containerHtml(route.view.container, own, html));
  }
}

/** The answer to a request that only asks whether the page may be seen; undefined for every other. */
function passed(c: Context, page: LiveRoute | AnyView): Response | undefined {
  const guarded = bindingsOf(c).holdfast?.guarded;
  if (guarded === undefined) return undefined;
  guarded.pass(page, variablesOf(c));
  return c.body(null, PASSED);
}

/** The id of the view's element, and of its topic. */
function newId(): string {
  return `phx-${random(12).toString("base64url")}`;
}
