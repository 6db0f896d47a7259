import type { Context } from "hono";
import type { PageToken } from "../channel/index.js";
import { StatusError } from "../errors/index.js";
import { html, renderToString, trustedHtml, type Rendered } from "../html/index.js";
import { LiveProcess, running } from "../live/index.js";
import type { LiveMatch, LiveRoute, LiveSession } from "../router/index.js";
import type { Documents } from "./documents.js";
import type { Environment } from "./environment.js";
import type { RequestSession } from "./session.js";

/** Makes the first, dead page of a live view: mounted, rendered into a document with what its join needs, and gone. */
export class LivePages {
  readonly #environment: Environment;
  readonly #documents: Documents;

  constructor(environment: Environment, documents: Documents) {
    this.#environment = environment;
    this.#documents = documents;
  }

  /** Answers the GET of a live route. */
  async get(c: Context, session: LiveSession, route: LiveRoute): Promise<Response> {
    const match = this.#match(c);
    if (match?.route !== route) throw new StatusError(404, "the URL is not this route's");
    const requestSession = c.get("session");
    const { live } = this.#environment;
    if (live.crashes.spent(requestSession.data.id, route.path)) throw new StatusError(500, "the page crashes too often");
    const process = new LiveProcess({
      id: newId(), view: route.view, hooks: session.hooks, layout: session.layout, location: match.location,
      session: requestSession.values, flash: requestSession.flash,
      inherited: (key) => c.get(key as never), host: undefined,
    }, live);
    try {
      const target = await running.run(process, () => process.mount());
      if (target !== undefined) {
        keepFlash(process, requestSession);
        return c.redirect(target.to);
      }
      // A promise that nobody awaited has ended it: the page is not what its guards and mount make of it.
      if (!process.alive) throw new Error("the view crashed while its page was made");
      const page = this.#container(process, match, requestSession);
      c.header("cache-control", "no-store");
      return this.#documents.page(c, page, { title: process.title });
    } finally {
      process.end();
    }
  }

  #match(c: Context): LiveMatch | undefined {
    const { base, router } = this.#environment;
    const here = new URL(c.req.url);
    // Appended, not resolved: a path that begins with // would be taken for a host.
    return router.match(base === undefined ? here : new URL(base.origin + here.pathname + here.search));
  }

  /** The element that the client joins, with the rendered view in it. */
  #container(process: LiveProcess, { session, route }: LiveMatch, requestSession: RequestSession): Rendered {
    const { keyring, limits } = this.#environment.live;
    const { id } = process;
    const inner = renderToString(process.render());
    const ttlMs = Math.max(1, Math.min(limits.pageTokenMs, requestSession.data.expiresAt - Date.now()));
    const token: PageToken = { route: route.path, liveSession: session.name, sessionId: requestSession.data.id };
    const sealedPage = keyring.seal("page", token, { ttlMs, bind: `lv:${id}` });
    const sealedStatic = keyring.seal("static", { flash: process.flash }, { ttlMs, bind: `lv:${id}` });
    return html`<div id=${id} data-phx-main data-phx-session=${sealedPage} data-phx-static=${sealedStatic}>${
      trustedHtml(inner)}</div>`;
  }
}

/** The id of the view's element, and of its topic. */
function newId(): string {
  return `phx-${globalThis.crypto.randomUUID().replaceAll("-", "").slice(0, 20)}`;
}

/** What the view said before it redirected is shown by the page that comes. */
function keepFlash(process: LiveProcess, session: RequestSession): void {
  for (const kind of ["info", "error"] as const) {
    const message = process.flash[kind];
    if (message !== undefined && message !== session.flash[kind]) session.putFlash(kind, message);
  }
}
