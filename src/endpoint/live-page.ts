import type { Context } from "hono";
import { nestedPage, type PageToken } from "../channel/index.js";
import { StatusError } from "../errors/index.js";
import { trustedHtml, type SafeHtml } from "../html/index.js";
import { containerHtml, liveRender, nestedElement, Redirect, ViewProcess, type LiveView, type Location } from "../live/index.js";
import { randomText } from "../security/index.js";
import type { LiveMatch, LiveRoute, LiveSession } from "../router/index.js";
import type { Documents } from "./documents.js";
import { clientAddress, RequestClient, variablesOf, type Environment } from "./environment.js";
import { passGuard } from "./pass-guard.js";
import { plainRouteOf } from "./plain-routes.js";
import type { RequestSession } from "./request-session.js";
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
    const asked = passGuard(c, route);
    if (asked !== undefined) return asked;
    const requestSession = sessionOf(c);
    const waits = this.#admit(c, requestSession, route.path);
    if (waits !== undefined) await waits;
    const process = new ViewProcess({
      id: newId(), view: route.view, hooks: session.hooks, layout: session.layout, location: match.location,
      session: requestSession.values, bond: requestSession.data, flash: requestSession.flash,
      client: new RequestClient(c, this.#environment),
      routes: this.#environment.router.within(session, uri.origin),
      inherited: variablesOf(c),
      parentId: undefined, sticky: false,
    }, this.#environment.live);
    return this.#respond(c, process, requestSession, (html) => {
      const page = this.#container(process, html, match, requestSession);
      return this.#documents.page(c, page, { title: process.title, rootLayout: session.rootLayout, live: true });
    });
  }

  /** Answers a plain route with one live view, which belongs to no live session: its client joins it as it joins a sticky view. */
  async alone(c: Context, view: LiveView, { session = {}, id = "live", title, status = 200 }: RenderLiveOptions): Promise<Response> {
    this.#environment.plainViews.shown = true;
    const plainRoute = plainRouteOf(c);
    const asked = passGuard(c, plainRoute);
    if (asked !== undefined) return asked;
    const requestSession = sessionOf(c);
    const waits = this.#admit(c, requestSession, nestedPage(view));
    if (waits !== undefined) await waits;
    const call = liveRender(view as LiveView<{}, Readonly<Record<string, unknown>>>, { id, session, sticky: true });
    const uri = this.#uri(c);
    const location: Location = { uri, path: uri.pathname + uri.search, params: session, action: undefined, plainRoute };
    const process = new ViewProcess({
      id, view, hooks: [], layout: undefined, location,
      session: { ...requestSession.values, ...session }, bond: requestSession.data, flash: {},
      client: new RequestClient(c, this.#environment),
      routes: undefined, inherited: variablesOf(c), parentId: undefined, sticky: true,
    }, this.#environment.live);
    const options = { ...(title !== undefined && { title }), status, live: true };
    return this.#respond(c, process, requestSession, (html) => {
      requestSession.keep();
      return this.#documents.page(c, trustedHtml(nestedElement(process, call, html)), options);
    });
  }

  /**
   * Waits until this visitor may have another page, if they must.
   *
   * @param page under which its crashes are counted
   * @throws StatusError if it takes too long, or if the page crashes too often
   */
  #admit(c: Context, { data: { id } }: RequestSession, page: string): Promise<void> | undefined {
    const { admissions, live } = this.#environment;
    const check = (): void => {
      if (live.crashes.spent(id, page)) throw new StatusError(500, "the page crashes, or its join is refused, too often");
    };
    const wait = admissions.admit({ address: clientAddress(c, this.#environment), sessionId: id, lane: "new" });
    if (wait === undefined) return void check();
    return wait.answer.then((retryAfterMs) => {
      if (retryAfterMs === undefined) return check();
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
    } catch (error) {
      this.#documents.crashed(c, process.name);
      throw error;
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

  /** The element that the client joins, with the rendered view in it. */
  #container(process: ViewProcess, html: string, { session, route }: LiveMatch, requestSession: RequestSession): SafeHtml {
    const { keyring, limits } = this.#environment.live;
    const { id } = process;
    const ttlMs = Math.max(1, Math.min(limits.pageTokenMs, requestSession.data.expiresAt - Date.now()));
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

/** The id of the view's element, and of its topic. */
function newId(): string {
  return `phx-${randomText(12)}`;
}
